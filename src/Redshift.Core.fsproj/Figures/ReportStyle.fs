module internal Redshift.Core.Figures.ReportStyle

/// The style sheet of a report: light, printable, one column on a narrow screen and two on a wide one.
let css =
    """
:root { --ink: #1f2937; --soft: #5b6472; --rule: #e5e7eb; --tint: #f8fafc; --blue: #0072b2; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 28px; }
header { padding-top: 40px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
.subtitle { margin: 6px 0 0; color: var(--soft); font-size: 1.05rem; }
nav { margin: 18px 0 0; padding: 10px 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
nav a { color: var(--blue); text-decoration: none; margin-right: 18px; font-size: 0.92rem; }
nav a:hover { text-decoration: underline; }
.note { margin: 16px 0 0; padding: 10px 14px; border-left: 4px solid #e69f00; background: #fffbf0; font-size: 0.95rem; }
section { margin: 38px 0 0; }
h2 { font-size: 1.3rem; margin: 0 0 12px; letter-spacing: -0.005em; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
p { margin: 0 0 12px; max-width: 74ch; }
.lead { font-size: 1.08rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(168px, 1fr)); gap: 12px; margin: 18px 0 22px; }
.card { border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; background: var(--tint); }
.card .name { color: var(--soft); font-size: 0.85rem; }
.card .value { font-size: 1.55rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.card .interval { color: var(--soft); font-size: 0.76rem; font-variant-numeric: tabular-nums; }
.beside { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 28px 30px; align-items: start; }
.beside + .beside, .table + .beside, .pairs + .beside, .beside + .table { margin-top: 28px; }
figure { margin: 0; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
.plot { width: 100%; min-height: 250px; margin-top: 4px; }
figure.wide .plot { min-height: 330px; }
#summary table, #uncertainty > .table table { min-width: 780px; }
.plot.missing { display: flex; align-items: center; justify-content: center; border: 1px dashed #9ca3af;
  color: var(--soft); padding: 20px; text-align: center; }
figcaption { color: var(--soft); font-size: 0.86rem; line-height: 1.45; margin-top: 6px; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; font-size: 1rem; padding-bottom: 6px; }
th { text-align: left; color: var(--soft); font-weight: 600; border-bottom: 1.5px solid #9ca3af; padding: 5px 10px 5px 0;
  vertical-align: bottom; }
td { border-bottom: 1px solid var(--rule); padding: 4px 10px 4px 0; vertical-align: top; }
.beside table { font-size: 0.78rem; }
.beside th, .beside td { padding-right: 5px; }
.table + p { margin-top: 10px; }
.table + p + .beside { margin-top: 24px; }
.beside + p { margin-top: 12px; font-size: 0.9rem; color: var(--soft); }
th.number { text-align: right; }
td.number { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 2px; }
code { font: 0.86em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
td .interval { display: block; color: var(--soft); font-size: 0.74rem; }
td a { color: var(--blue); }
#panels .beside { grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.pairs { margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 20px; }
.pairs dt { color: var(--soft); font-size: 0.82rem; }
.pairs dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#provenance .pairs { grid-template-columns: 1fr; gap: 0; }
#provenance .pairs div { display: grid; grid-template-columns: 220px 1fr; border-bottom: 1px solid var(--rule);
  padding: 5px 0; }
#provenance .pairs dd { font: 0.84rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
#provenance .pairs dt { font-size: 0.88rem; }
footer { color: var(--soft); font-size: 0.85rem; padding-top: 30px; padding-bottom: 40px; }
@media (max-width: 760px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 24px; }
  h1 { font-size: 1.5rem; }
  .beside { grid-template-columns: minmax(0, 1fr); }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  nav a { display: inline-block; margin-right: 14px; }
  #provenance .pairs div { grid-template-columns: 1fr; }
}
@media (hover: none) { .modebar { display: none !important; } }
@media print {
  body { font-size: 10.5pt; }
  nav, .modebar { display: none !important; }
  figure, .card, tr { break-inside: avoid; }
  h2, caption { break-after: avoid; }
  main, header, footer { max-width: none; padding: 0; }
}
"""
