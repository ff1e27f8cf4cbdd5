// The printed sheet is one page: its type shrinks until everything has room, and no further than people can read.

const PAGE = { width: 188, height: 273 };
const SIZES = [10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5];

/**
 * Choose the size of type before every print.
 * @param link the style sheet for print
 */
export function fitSheet(link) {
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => {
    const pixel = 25.4 / 96;
    link.media = "all";
    document.body.style.width = `${PAGE.width}mm`;
    SIZES.some((size) => {
      root.style.setProperty("--sheet", `${size}px`);
      return document.body.getBoundingClientRect().height * pixel <= PAGE.height;
    });
    document.body.style.removeProperty("width");
    link.media = "print";
  });
}
