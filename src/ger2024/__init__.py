"""The study of Ger, Nachmani, Wolf & Shahar (2024), re-done: a guest of `trnn`.

What is true of this study alone stands here: its people, findings, published numbers and figures.
`trnn` never imports it; the workflow hands in what the study adds.
"""
