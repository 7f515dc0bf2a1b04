"""One file a page. Streamlit runs the file; everything that decides lies in queries and acts."""
