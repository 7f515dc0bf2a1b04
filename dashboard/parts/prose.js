// Every text is set as textContent: nothing that people wrote is ever read as markup.
const paragraph = (className, pieces) => {
  const made = document.createElement("p");
  made.className = className;
  for (const piece of pieces) {
    if (piece.w === 0) {
      made.append(document.createTextNode(piece.t));
    } else {
      const mark = document.createElement("mark");
      if (piece.w < 0) mark.className = "calm";
      mark.textContent = piece.t;
      made.append(mark);
    }
  }
  return made;
};

export default function (component) {
  const { data, parentElement } = component;
  const said = document.createElement("div");
  if (data.language && data.language !== "und") said.lang = data.language;
  said.dir = "auto";
  if (data.title.length > 0) said.append(paragraph("prose-title", data.title));
  said.append(paragraph("prose", data.pieces));
  parentElement.querySelector(".part").replaceChildren(said);
}
