// A real table of plain texts; on narrow screens each row becomes a card.
const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
};

const fill = (cell, column, value) => {
  const told = value !== null && typeof value === "object" ? value : { text: value };
  if (told.text === undefined || told.text === null || told.text === "") return;
  if (column.kind === "bar") {
    const bar = element("div", "bar");
    const meter = element("div", `meter ${told.tone || ""}`);
    const inner = element("i");
    inner.style.width = `${(told.share || 0) * 100}%`;
    meter.append(inner);
    bar.append(element("span", "", told.text), meter);
    cell.append(bar);
  } else if (column.kind === "badge") {
    cell.append(element("span", `badge ${told.tone || ""}`, told.text));
  } else {
    cell.append(element("span", column.kind === "mono" ? "mono" : "", told.text));
  }
  if (told.sub) cell.append(element("span", "sub", told.sub));
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const part = parentElement.querySelector(".part");
  const scroll = element("div", "scroll cards");
  const table = element("table");
  table.setAttribute("aria-label", data.label);
  const head = element("tr");
  for (const column of data.columns) {
    const cell = element("th", column.align === "end" ? "end" : "", column.label);
    cell.scope = "col";
    head.append(cell);
  }
  const thead = element("thead");
  thead.append(head);
  const tbody = element("tbody");
  for (const row of data.rows) {
    const tr = element("tr", [data.pickable ? "pick" : "", row.id === data.selected ? "selected" : ""].join(" ").trim());
    data.columns.forEach((column, number) => {
      const td = element("td", [column.align === "end" ? "end" : "", column.kind === "wide" ? "wide" : ""].join(" ").trim());
      td.dataset.label = column.label;
      td.dir = "auto";
      if (number === 0 && data.pickable) {
        const told = row.cells[column.key];
        const text = told !== null && typeof told === "object" ? told.text : told;
        const button = element("button", "rowbutton", text);
        button.type = "button";
        if (row.id === data.selected) button.setAttribute("aria-current", "true");
        td.append(button);
        if (told !== null && typeof told === "object" && told.sub) td.append(element("span", "sub", told.sub));
      } else {
        fill(td, column, row.cells[column.key]);
      }
      tr.append(td);
    });
    if (data.pickable) tr.onclick = () => setTriggerValue("pick", row.id);
    tbody.append(tr);
  }
  table.append(thead, tbody);
  scroll.append(table);
  part.replaceChildren(scroll);
  // a table that scrolls sideways must be reachable by keyboard
  if (scroll.scrollWidth > scroll.clientWidth) {
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", data.label);
  }
}
