// Short texts in a row; every text is set as textContent.
export default function (component) {
  const { data, parentElement } = component;
  const part = parentElement.querySelector(".part");
  const list = document.createElement("ul");
  list.className = "chips";
  list.setAttribute("aria-label", data.label);
  for (const chip of data.chips) {
    const item = document.createElement("li");
    item.className = `badge ${chip.tone}`;
    item.textContent = chip.text;
    list.append(item);
  }
  part.replaceChildren(list);
}
