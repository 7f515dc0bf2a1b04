// A list box (WAI-ARIA): one stop in the tab order, arrows move, every text is set as textContent.
const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
};

const option = (line, selected) => {
  const made = element("div", "option");
  made.id = `mention-${line.id}`;
  made.dataset.id = line.id;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", String(selected));
  const score = element("div", "score", line.score);
  const meter = element("div", `meter ${line.tone}`);
  const fill = element("i");
  fill.style.width = `${line.share * 100}%`;
  meter.append(fill);
  score.append(meter);
  const who = element("div", "who");
  who.append(element("b", "", line.who), document.createTextNode(` · ${line.where}`));
  const excerpt = element("div", "excerpt", line.excerpt);
  excerpt.dir = "auto";
  const flags = element("div", "flags");
  for (const flag of line.flags) flags.append(element("span", `badge ${flag.tone}`, flag.text));
  made.append(score, who, element("div", "when muted", line.when), excerpt, flags);
  return made;
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const part = parentElement.querySelector(".part");
  const box = element("div", "listbox");
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", data.label);
  box.tabIndex = 0;
  for (const line of data.lines) box.append(option(line, line.id === data.selected));
  const old = part.querySelector(".listbox");
  const hadFocus = old !== null && parentElement.activeElement === old;
  const top = old === null ? 0 : old.scrollTop;
  part.replaceChildren(box);
  box.scrollTop = top;
  const chosen = box.querySelector('[aria-selected="true"]');
  if (chosen) {
    box.setAttribute("aria-activedescendant", chosen.id);
    const above = chosen.offsetTop - box.offsetTop;
    if (above < box.scrollTop || above + chosen.offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = Math.max(above - 60, 0);
    }
  }
  if (hadFocus) box.focus({ preventScroll: true });

  const ids = data.lines.map((line) => line.id);
  const pick = (id) => {
    if (id === undefined || id === data.selected) return;
    for (const each of box.children) each.setAttribute("aria-selected", String(Number(each.dataset.id) === id));
    setTriggerValue("pick", id);
  };
  box.onclick = (event) => {
    const hit = event.target.closest(".option");
    if (hit) pick(Number(hit.dataset.id));
  };
  box.onkeydown = (event) => {
    const at = ids.indexOf(data.selected);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: ids.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pick(ids[Math.min(Math.max(to, 0), ids.length - 1)]);
  };
}
