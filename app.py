"""The door of the screen: the server starts here, views/script/page.py is run for each visit."""

import streamlit as st
from starlette.middleware import Middleware

from views import process
from views.changes import Changes
from views.guard import Guard
from views.preload import lifespan

process.stay_here()
app = st.App("views/script/page.py", lifespan=lifespan, middleware=[Middleware(Guard), Middleware(Changes)])
