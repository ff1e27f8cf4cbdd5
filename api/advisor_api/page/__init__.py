"""The web page at /: HTML, style sheets and ES modules as they are written, without a build step."""
