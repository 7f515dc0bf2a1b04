// The messages of one ticket, oldest first; every text is set as textContent.
export default function (component) {
  const { data, parentElement } = component;
  const part = parentElement.querySelector(".part");
  const thread = document.createElement("div");
  thread.className = "thread";
  thread.tabIndex = 0;
  thread.setAttribute("role", "group");
  thread.setAttribute("aria-label", data.label);
  for (const message of data.messages) {
    const bubble = document.createElement("div");
    bubble.className = `bubble ${message.side}`;
    const head = document.createElement("span");
    head.className = "muted";
    head.textContent = `${message.who} · ${message.at}`;
    const text = document.createElement("p");
    text.dir = "auto";
    text.textContent = message.text;
    bubble.append(head, text);
    thread.append(bubble);
  }
  part.replaceChildren(thread);
}
