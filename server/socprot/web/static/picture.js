// Offers each picture as PNG too: the SVG of the same address, drawn here, at twice its size.
"use strict";

function offer(place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = "Save as PNG";
  button.addEventListener("click", () => save(place.dataset.picture, button));
  place.append(" ", button);
}

function save(address, button) {
  const picture = new Image();
  button.disabled = true;
  picture.addEventListener("error", () => { button.textContent = "This browser cannot"; });
  picture.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth * 2;
    canvas.height = picture.naturalHeight * 2;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "socprot.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      button.disabled = false;
    }, "image/png");
  });
  picture.src = address;
}

document.querySelectorAll("[data-picture]").forEach(offer);
