"""Frames in, clips out; knows no chat, no database, no cloud."""
