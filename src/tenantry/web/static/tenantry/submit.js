// Sends the form of a page that only leads elsewhere, such as to an identity provider. Without it there is the button.
document.querySelector("form[data-submit]")?.requestSubmit();
