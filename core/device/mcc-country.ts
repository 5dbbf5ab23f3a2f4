/**
 * Country of a network (ITU-T E.212 mobile country code) and of a SIM (the issuer's calling code inside an ICCID,
 * ITU-T E.118), as ISO 3166 alpha-2. It decides which numbering plan a national number is read by: a code whose
 * networks follow several plans is left out, one that is shared inside a plan (+1, +7, +44) stands for its largest user.
 */
const BY_MCC: Readonly<Record<string, string>> = table(`
202 GR 204 NL 206 BE 208 FR 212 MC 213 AD 214 ES 216 HU 218 BA 219 HR 220 RS 221 XK 222 IT 226 RO 228 CH 230 CZ 231 SK
232 AT 234 GB 235 GB 238 DK 240 SE 242 NO 244 FI 246 LT 247 LV 248 EE 250 RU 255 UA 257 BY 259 MD 260 PL 262 DE 266 GI
268 PT 270 LU 272 IE 274 IS 276 AL 278 MT 280 CY 282 GE 283 AM 284 BG 286 TR 288 FO 290 GL 292 SM 293 SI 294 MK 295 LI
297 ME 302 CA 308 PM 310 US 311 US 312 US 313 US 314 US 315 US 316 US 330 PR 332 VI 334 MX 338 JM 342 BB 344 AG 346 KY
348 VG 350 BM 352 GD 354 MS 356 KN 358 LC 360 VC 363 AW 364 BS 365 AI 366 DM 368 CU 370 DO 372 HT 374 TT 376 TC 400 AZ
401 KZ 402 BT 404 IN 405 IN 406 IN 410 PK 412 AF 413 LK 414 MM 415 LB 416 JO 417 SY 418 IQ 419 KW 420 SA 421 YE 422 OM
424 AE 425 IL 426 BH 427 QA 428 MN 429 NP 430 AE 431 AE 432 IR 434 UZ 436 TJ 437 KG 438 TM 440 JP 441 JP 450 KR 452 VN
454 HK 455 MO 456 KH 457 LA 460 CN 461 CN 466 TW 467 KP 470 BD 472 MV 502 MY 505 AU 510 ID 514 TL 515 PH 520 TH 525 SG
528 BN 530 NZ 534 MP 535 GU 536 NR 537 PG 539 TO 540 SB 541 VU 542 FJ 543 WF 544 AS 545 KI 546 NC 547 PF 548 CK 549 WS
550 FM 551 MH 552 PW 553 TV 554 TK 555 NU 602 EG 603 DZ 604 MA 605 TN 606 LY 607 GM 608 SN 609 MR 610 ML 611 GN 612 CI
613 BF 614 NE 615 TG 616 BJ 617 MU 618 LR 619 SL 620 GH 621 NG 622 TD 623 CF 624 CM 625 CV 626 ST 627 GQ 628 GA 629 CG
630 CD 631 AO 632 GW 633 SC 634 SD 635 RW 636 ET 637 SO 638 DJ 639 KE 640 TZ 641 UG 642 BI 643 MZ 645 ZM 646 MG 647 RE
648 ZW 649 NA 650 MW 651 LS 652 BW 653 SZ 654 KM 655 ZA 657 ER 658 SH 659 SS 702 BZ 704 GT 706 SV 708 HN 710 NI 712 CR
714 PA 716 PE 722 AR 724 BR 730 CL 732 CO 734 VE 736 BO 738 GY 740 EC 744 PY 746 SR 748 UY 750 FK`);

/** Calling codes that one country has alone, or uses by far the most. */
const BY_CALLING_CODE: Readonly<Record<string, string>> = table(`
20 EG 27 ZA 30 GR 31 NL 32 BE 33 FR 34 ES 36 HU 39 IT 40 RO 41 CH 43 AT 44 GB 45 DK 46 SE 47 NO 48 PL 49 DE 51 PE 52 MX
54 AR 55 BR 56 CL 57 CO 60 MY 61 AU 62 ID 63 PH 64 NZ 65 SG 66 TH 81 JP 82 KR 84 VN 86 CN 90 TR 91 IN 92 PK 94 LK 212 MA
213 DZ 216 TN 234 NG 254 KE 351 PT 352 LU 353 IE 354 IS 356 MT 357 CY 358 FI 359 BG 370 LT 371 LV 372 EE 380 UA 385 HR
386 SI 420 CZ 421 SK 852 HK 886 TW 966 SA 971 AE 972 IL 974 QA`);

function table(text: string): Readonly<Record<string, string>> {
  const words = text.trim().split(/\s+/);
  const entries: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2) entries[words[at] ?? ''] = words[at + 1] ?? '';
  return entries;
}

/** Networks that follow another plan than the rest of their mobile country code: Palestine's inside Israel's. */
const BY_PLMN: Readonly<Record<string, string>> = { '42505': 'PS', '42506': 'PS' };

/** @param plmn MCC and MNC together, or the MCC alone; digits only. Null for test networks and international codes. */
export function countryOfPlmn(plmn: string | null): string | null {
  if (plmn === null || plmn.length < 3) return null;
  return BY_PLMN[plmn] ?? BY_MCC[plmn.slice(0, 3)] ?? null;
}

/**
 * The country of a SIM's issuer. Null for codes that several plans share, and for international issuers, whose SIMs bear
 * numbers of any country.
 */
export function countryOfIccid(iccid: string | null): string | null {
  if (iccid?.startsWith('89') !== true) return null;
  // Canadian issuers write their mobile country code where the calling code belongs: 302 is not Greece (30).
  if (iccid.startsWith('302', 2)) return 'CA';
  // Calling code 1, also written 01: whichever of its countries it is, the plan is one.
  if (iccid.startsWith('1', 2) || iccid.startsWith('01', 2)) return 'US';
  return BY_CALLING_CODE[iccid.slice(2, 5)] ?? BY_CALLING_CODE[iccid.slice(2, 4)] ?? null;
}
