// The cookie itself is HttpOnly: no script ever reads it.
export default function (component) {
  fetch("session/keep", { method: "POST", headers: { "x-reinstate-pass": component.data.pass }, credentials: "same-origin" });
}
