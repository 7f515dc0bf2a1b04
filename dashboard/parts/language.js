// Streamlit always declares English.
export default function (component) {
  document.documentElement.lang = component.data.language;
}
