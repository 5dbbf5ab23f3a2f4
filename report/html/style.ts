/** The report's style sheet. System fonts, one accent, figures in columns; light, dark, narrow and print. */
import { DARK, LIGHT, paletteCss } from './palette';

const BASE = `
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;color:var(--ink);background:var(--paper);-webkit-text-size-adjust:100%}
body{margin:0}
[hidden]{display:none!important}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.wrap{max-width:68rem;margin:0 auto;padding:0 1.5rem}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:9}
h1,h2,h3,p{margin:0}
h1{font-size:clamp(1.375rem,2.6vw,1.875rem);line-height:1.28;font-weight:600;letter-spacing:-.012em;text-wrap:pretty;max-width:32em}
h1:focus{outline:none}
h2{font-size:1.25rem;line-height:1.3;font-weight:600;letter-spacing:-.005em}
h3{font-size:1rem;font-weight:600}
section{margin-top:3.25rem}
.lede,.about{color:var(--soft);max-width:46rem}
.lede{margin-top:.85rem}
.about{margin:.25rem 0 1rem}
.soft{color:var(--soft)}
small,.small{font-size:.8125rem}
code{overflow-wrap:anywhere}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
`;

const MASTHEAD = `
.top{border-bottom:1px solid var(--line)}
.top .wrap{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding-top:.9rem;padding-bottom:.9rem}
.brand{font-weight:600}
.top .when{margin-left:auto;color:var(--soft);font-size:.875rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0;font-size:.875rem}
nav a{color:var(--soft);text-decoration:none}
nav a:hover{color:var(--accent);text-decoration:underline}
.notices{list-style:none;margin:1.5rem 0 0;padding:0;display:grid;gap:.5rem}
.notices li{border-left:3px solid var(--line);background:var(--raised);padding:.6rem 1rem;font-size:.9375rem}
.notices li.alarm{border-color:var(--alarm-line);background:var(--alarm-paper)}
.notices strong{font-weight:600}
.notices span{display:block;color:var(--soft);font-size:.875rem}
.notices li.alarm span{color:var(--ink)}
main.wrap{padding-top:2.5rem;padding-bottom:4rem}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.8125rem;padding:1.25rem 0 3rem}
footer p{max-width:56rem;margin-top:.4rem;overflow-wrap:anywhere}
`;

const FIGURES = `
.bar{display:block;width:100%;height:.8rem;background:var(--raised);border-radius:2px;overflow:hidden}
.bar .ready{fill:var(--accent)}
.bar .unsure{fill:var(--unsure)}
.bar .blocked{fill:var(--blocked)}
.overall{margin-top:2rem}
.overall .bar{height:1.1rem}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);margin:1rem 0 0}
.tiles>div{padding:.25rem 1.25rem .25rem 1.25rem;border-left:1px solid var(--line)}
.tiles>div:first-child{padding-left:0;border-left:0}
.tiles dt{font-size:.875rem;color:var(--soft);display:flex;align-items:center;gap:.5rem}
.tiles dd{margin:0}
.tiles .big{font-size:1.9rem;line-height:1.25;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tiles .big a{color:var(--ink);text-decoration-color:var(--line)}
.tiles .big a:hover{color:var(--accent);text-decoration-color:currentColor}
.tiles .share{font-size:.875rem;color:var(--soft)}
.dot{flex:none;width:.65rem;height:.65rem;border-radius:2px;display:inline-block;background:var(--line)}
.dot.ready{background:var(--accent)}
.dot.unsure{background:var(--unsure)}
.dot.blocked{background:var(--blocked)}
.delta{font-size:.875rem;color:var(--soft);margin-top:.35rem}
.tiles+.delta{margin-top:1.25rem}
`;

const TABLES = `
.scroll{overflow-x:auto;margin-top:.75rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
caption.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
caption{text-align:left;color:var(--soft);font-size:.8125rem;padding:0 0 .5rem}
th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th,thead td{font-size:.8125rem;font-weight:500;color:var(--soft);border-bottom-color:var(--soft);vertical-align:bottom}
tbody th{font-weight:400;overflow-wrap:anywhere}
.num{text-align:right}
td.num{white-space:nowrap}
.barcell{width:34%;min-width:8rem;vertical-align:middle}
.zero,.none{color:var(--soft)}
.off th,.off td{color:var(--soft)}
tr.goal th,tr.goal td{font-weight:600;border-bottom:0}
.action{max-width:34rem}
.action .how{display:block;color:var(--soft);font-size:.8125rem;margin-top:.1rem}
.owner{white-space:nowrap;color:var(--soft);font-size:.8125rem}
.rank{color:var(--soft);width:2rem}
.word{white-space:nowrap}
.word.partial,.word.failed,.word.unsure{color:var(--unsure-text);font-weight:600}
details{margin-top:.5rem}
summary{cursor:pointer;color:var(--accent);font-size:.875rem;width:fit-content}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:2.5rem 3rem}
.pair>*{min-width:0}
.part{margin-top:2rem}
.pair .part{margin-top:0}
.group{margin-top:1.25rem}
`;

const LIST = `
.back{font-size:.875rem}
.controls{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:end;margin:1.25rem 0 0}
.controls label{display:grid;gap:.2rem;font-size:.8125rem;color:var(--soft)}
.controls .grow{flex:1 1 16rem}
input,select,button{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:4px;padding:.4rem .6rem;min-height:2.4rem;max-width:100%}
.controls select{max-width:14rem;width:100%}
.controls input{width:100%}
button{cursor:pointer}
button:hover{border-color:var(--accent);color:var(--accent)}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.9rem 0 0;padding:0;list-style:none}
.chips button{min-height:1.9rem;padding:.1rem .6rem;font-size:.8125rem;border-color:var(--line);background:var(--raised)}
.found{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:baseline;margin-top:1rem}
.tally{flex:1 1 20rem}
#rows th button{all:unset;cursor:pointer;font-size:.8125rem;color:var(--soft)}
#rows th button:hover{color:var(--accent)}
#rows th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
#rows td{font-size:.875rem}
#rows>tbody>.phone>td:nth-child(5){white-space:nowrap}
#rows .open{all:unset;cursor:pointer;color:var(--accent);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.18em;overflow-wrap:anywhere}
#rows .open:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
#rows .open::before{content:"▸";display:inline-block;width:1rem;text-decoration:none}
#rows .open[aria-expanded=true]::before{content:"▾"}
#rows .sub{display:block;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere}
#rows td:first-child .sub{padding-left:1rem}
#rows .detail>td{background:var(--raised);padding:1rem 1.25rem 1.25rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.5rem 1.5rem;margin:0 0 1rem}
.facts dt{font-size:.75rem;color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
.facts ul{margin:0;padding:0;list-style:none}
.rules td,.rules th{font-size:.8125rem!important;vertical-align:top}
.rules td,.rules tbody th{overflow-wrap:break-word;min-width:6.5rem;max-width:13rem}
.rules td.mono{overflow-wrap:anywhere;max-width:11rem}
.rules td.answer{min-width:auto}
.rules td.why{min-width:15rem;max-width:none}
.rules .next{display:block;margin-top:.15rem;font-weight:600}
.answer{white-space:nowrap}
.answer.pass{color:var(--accent)}
.answer.fail{font-weight:700}
.answer.unknown{color:var(--unsure-text);font-weight:600}
.answer.not-applicable{color:var(--soft)}
.more{margin-top:1rem}
`;

const NARROW = `
@media (min-width:46.01rem),print{
#rows{table-layout:fixed}
#rows>thead th:nth-child(1){width:40%}
#rows>thead th:nth-child(2){width:22%}
#rows>thead th:nth-child(5){width:6.5rem}
#rows .rules{table-layout:auto}
}
@media (max-width:46rem){
.wrap{padding:0 1rem}
.top .when{margin-left:0;width:100%}
main.wrap{padding-top:1.5rem}
section{margin-top:2.5rem}
.tiles{grid-template-columns:1fr 1fr;gap:1rem 0}
.tiles>div:nth-child(odd){padding-left:0;border-left:0}
.pair{grid-template-columns:1fr}
.barcell{display:none}
.optional{display:none}
.owner{white-space:normal}
.controls select{max-width:none}
.controls label{flex:1 1 9rem}
#rows thead{display:none}
#rows,#rows tbody,#rows caption{display:block}
#rows tr.phone{display:grid;grid-template-columns:1fr 1fr;gap:.15rem 1rem;padding:.75rem 0;border-bottom:1px solid var(--line)}
#rows tr.phone td{border:0;padding:0}
#rows tr.phone td:first-child,#rows tr.phone td.stands{grid-column:1/-1}
#rows tr.detail,#rows tr.detail>td{display:block}
#rows tr.detail>td{padding:.75rem;overflow-x:auto}
}
`;

const PRINT = `
@media print{
@page{margin:14mm}
html{font-size:10.5pt;background:#fff}
nav,.controls,.chips button::after,.more,.skip,.back,summary,.export{display:none!important}
.wrap{max-width:none;padding:0}
main.wrap{padding-top:1rem}
section{margin-top:1.6rem}
a,#rows .open{color:inherit;text-decoration:none}
tr,.tiles,.notices li{break-inside:avoid}
h2,h3,caption{break-after:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
.notices li,.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.dot{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** Paper is light whatever the screen was. */
export const STYLE = [
  `:root{color-scheme:light dark;${paletteCss(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${paletteCss(DARK)}}}`,
  BASE,
  MASTHEAD,
  FIGURES,
  TABLES,
  LIST,
  NARROW,
  PRINT,
]
  .join('')
  .replace(/\n+/g, '\n');
