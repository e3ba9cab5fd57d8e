// For browsers too old for the rest: written so that they understand it, it says which ones to take.
"use strict";
(function () {
  // A file that brings its own data has nothing to unpack.
  const unpacks = "DecompressionStream" in window || document.documentElement.hasAttribute("data-whole"),
    dialog = document.createElement("dialog");
  if (unpacks && "findLast" in Array.prototype && "showModal" in dialog) {
    document.documentElement.setAttribute("data-new", "");
    return;
  }
  document.addEventListener("DOMContentLoaded", function () {
    const box = document.createElement("div");
    box.id = "too-old";
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:sticky;z-index:9999;top:0;padding:24px;background:#fff;color:#000;font-size:18px";
    box.appendChild(
      document.createTextNode(
        "这个浏览器太旧，打不开这张图。请用 Edge 或 Chrome 103、Firefox 113、Safari 16.4 或更新的版本打开。 " +
          "This browser is too old for the map. Take Edge or Chrome 103, Firefox 113, Safari 16.4 or later.",
      ),
    );
    document.body.insertBefore(box, document.body.firstChild);
  });
})();
