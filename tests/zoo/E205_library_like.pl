later(a, b, c).
earlier(a, b).
age(a, b, c).
