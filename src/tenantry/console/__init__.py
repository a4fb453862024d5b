"""What all pages of the console share: the visit of a signed-in person, shapes for templates, refusals as answers."""
