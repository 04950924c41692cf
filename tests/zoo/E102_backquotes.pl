note(`text`).
