import html

import gradio as gr
import streamlit as st

reply = llm.invoke(question)
# ruleid: agent-model-output-html-sanitised--python
st.markdown(reply.content, unsafe_allow_html=True)
# ruleid: agent-model-output-html-sanitised--python
st.markdown(f"<div class='bot'>{response}</div>", unsafe_allow_html=True)
# ruleid: agent-model-output-html-sanitised--python
st.html("<p>" + message["content"] + "</p>")
# ruleid: agent-model-output-html-sanitised--python
box = gr.Chatbot(height=400, sanitize_html=False)
# ok: agent-model-output-html-sanitised--python
st.markdown(reply.content)
# ok: agent-model-output-html-sanitised--python
st.markdown("<style>.answer {color: red}</style>", unsafe_allow_html=True)
# ok: agent-model-output-html-sanitised--python
st.markdown(f"<div>{html.escape(response)}</div>", unsafe_allow_html=True)
# ok: agent-model-output-html-sanitised--python
st.markdown(PAGE_STYLE, unsafe_allow_html=True)
# ok: agent-model-output-html-sanitised--python
chat = gr.Chatbot(height=400)
