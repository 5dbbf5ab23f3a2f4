/** The tables of `muster.db`. */
import type { Schema } from './database';
import { VERSION_TABLE } from './version-source';

export const STATE_SCHEMA: Schema = {
  synchronous: 'normal',
  cacheMegabytes: 8,
  migrations: [
    `create table entity (
       tbl text not null, partition text not null, row text not null, etag integer not null, body text not null,
       primary key (tbl, partition, row)
     );
     create table message (
       seq integer primary key autoincrement,
       queue text not null, body text not null, visible_at integer not null,
       receipt text, dequeued integer not null default 0
     );
     create index message_by_time on message (queue, visible_at, seq);`,
    `alter table message add column origin text;
     alter table message add column reason text;
     ${VERSION_TABLE}`,
  ],
};
