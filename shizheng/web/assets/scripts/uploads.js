// Choosing files: dropping them onto the box is the same as choosing them; some are sent at once.
for (const box of document.querySelectorAll("[data-upload]")) {
  const input = box.querySelector("input[type=file]");
  if (!input) continue;
  for (const name of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.classList.toggle("upload-over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  if ("uploadNow" in input.dataset)
    input.addEventListener("change", () => {
      const save = input.form?.querySelector('button[name="act"][value="save"]');
      if (input.files.length && save) input.form.requestSubmit(save);
    });
}
