/** The page's script: plain JavaScript without a library, one function scope, no network. */
import { CLIENT_DETAIL } from './client-detail';
import { CLIENT_LIST } from './client-list';
import { CLIENT_UNPACK } from './client-unpack';
import { CLIENT_VIEW } from './client-view';

export const CLIENT_SCRIPT = `(function () {\n'use strict';${CLIENT_UNPACK}${CLIENT_LIST}${CLIENT_DETAIL}${CLIENT_VIEW}})();`;
