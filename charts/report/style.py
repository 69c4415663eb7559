"""The style sheet of the page, for light and dark screens and for paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #2f343b; --faint: #6d747e; --rule: #e3e6ea; --paper: #ffffff; --panel: #f6f7f9;
  --up-rgb: 43, 138, 126; --down-rgb: 192, 80, 77; --caution-rgb: 193, 129, 20;
  --up: #21796e; --down: #b4403d; --caution: #935f00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #dde2e8; --faint: #98a0ab; --rule: #2c323a; --paper: #14171b; --panel: #1b1f25;
    --up: #57b8aa; --down: #e58783; --caution: #dda83f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { margin: 0; font-size: 26px; font-weight: 650; letter-spacing: -0.01em; }
h1 small { font-size: 16px; font-weight: 400; color: var(--faint); margin-left: 6px; }
h2 { margin: 0 0 10px; font-size: 19px; font-weight: 650; letter-spacing: -0.005em; }
h3 { margin: 0 0 6px; font-size: 14px; font-weight: 600; }
p { margin: 0; }
section { margin-top: 44px; border-top: 1px solid var(--rule); padding-top: 20px; }
.lead { margin-top: -8px; color: var(--faint); margin-bottom: 16px; max-width: 120ch; }
.facts { color: var(--faint); margin-top: 2px; }
.facts span + span::before { content: "·"; margin: 0 8px; }
.chip {
  font: 600 12px/1 system-ui, sans-serif; vertical-align: 4px; margin-left: 12px; padding: 4px 9px; border-radius: 10px;
  color: var(--up); background: rgba(var(--up-rgb), 0.13);
}
.chip.down { color: var(--down); background: rgba(var(--down-rgb), 0.14); }
nav { margin-top: 14px; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: 3px; }
div.banner {
  color: var(--ink); font-weight: 400;
  margin-top: 16px; padding: 10px 16px; border-left: 4px solid; border-radius: 4px; overflow-wrap: anywhere;
}
.banner.caution { border-color: rgb(var(--caution-rgb)); background: rgba(var(--caution-rgb), 0.09); }
.banner.down { border-color: rgb(var(--down-rgb)); background: rgba(var(--down-rgb), 0.1); }
.banner ul { margin: 2px 0 0; padding: 0; list-style: none; }
.tiles { margin-top: 20px; display: grid; grid-template-columns: repeat(5, 1fr); gap: 1px; background: var(--rule);
  border: 1px solid var(--rule); border-radius: 8px; overflow: hidden; }
.tiles div { background: var(--paper); padding: 12px 16px 11px; min-width: 0; }
.tiles span, .tiles small { display: block; font-size: 12px; color: var(--faint); overflow-wrap: anywhere; }
.tiles b { display: block; font-size: 22px; line-height: 1.35; font-weight: 600; letter-spacing: -0.01em; }
figure { margin: 0 0 22px; min-width: 0; }
figcaption, .note { font-size: 12.5px; color: var(--faint); max-width: 140ch; margin-top: 2px; }
figure.missing { padding: 18px 20px; background: var(--panel); border-radius: 8px; }
figure.missing p { color: var(--faint); }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 8px 40px; }
.columns { columns: 3 330px; column-gap: 36px; margin-top: 12px; }
.columns .table { break-inside: avoid; }
.table { overflow-x: auto; margin-bottom: 20px; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; }
th { font-weight: 600; font-size: 12px; color: var(--faint); text-align: right; vertical-align: bottom; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
td { text-align: right; vertical-align: top; position: relative; overflow-wrap: break-word; }
td > span { position: relative; }
td > i {
  position: absolute; right: 0; top: 4px; height: 22px; background: currentColor; opacity: 0.13; border-radius: 2px;
}
td small { display: block; font-size: 12px; color: var(--faint); font-weight: 400; }
.words { text-align: left; }
td.lean { white-space: nowrap; }
td small { max-width: 60ch; }
.up { color: var(--up); }
.down { color: var(--down); }
.caution { color: var(--caution); font-weight: 600; }
.faint { color: var(--faint); }
.total { font-weight: 650; }
.months { table-layout: fixed; }
.months td, .months th { text-align: center; padding: 7px 4px; border: 2px solid var(--paper); }
.months td.year { font-weight: 600; }
.months sup { color: var(--faint); margin-left: 1px; }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--faint); }
@media (max-width: 900px) { .tiles { grid-template-columns: repeat(2, 1fr); } }
@media print { main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } nav { display: none; } }
"""
