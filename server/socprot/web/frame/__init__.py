"""The frame of pages: markup, navigation, links and errors that all of them share."""
