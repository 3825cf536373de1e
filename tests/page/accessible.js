/* What people who see little or use no mouse need of a page: a language, a title, one first heading and no level left out,
 * names for what can be used, captions for pictures, contrast of 4.5 to 1 for every text (3 to 1 where it is large).
 * Gives a list of complaints. */
(root) => {
  const complaints = [], view = root.defaultView;
  const complain = (what, one) => complaints.push(what + ": " + (one ? one.outerHTML.slice(0, 120) : ""));
  if (!root.documentElement.lang) complain("no language");
  if (!root.title && view === view.parent) complain("no title");

  const visible = (one) => one.checkVisibility() && one.getClientRects().length > 0;
  const headings = [...root.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(visible).map((one) => Number(one.tagName[1]));
  if (headings.filter((level) => level === 1).length !== 1) complain("not one first heading");
  headings.forEach((level, i) => i > 0 && level > headings[i - 1] + 1 && complain("a level of headings is left out before number " + i));

  const named = (one) => (one.getAttribute("aria-label") || (one.labels && [...one.labels].map((label) => label.textContent).join("")) || one.textContent ||
    one.title || "").trim() !== "" || [...(one.getAttribute("aria-labelledby") || "").split(" ")].some((id) => id && root.getElementById(id));
  for (const one of root.querySelectorAll("button,select,textarea,input,a[href],summary,[tabindex],iframe,[role=region]"))
    if (visible(one) && !named(one)) complain("no name", one);
  for (const one of root.querySelectorAll("svg,img"))
    if (visible(one) && !one.getAttribute("aria-label") && !one.querySelector("title") && one.getAttribute("aria-hidden") !== "true") complain("no caption", one);
  const ids = [...root.querySelectorAll("[id]")].map((one) => one.id);
  if (new Set(ids).size !== ids.length) complain("an id is there twice");
  for (const one of root.querySelectorAll("*")) {
    const box = visible(one) && view.getComputedStyle(one);
    if (box && /auto|scroll/.test(box.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.tabIndex < 0) complain("the keyboard cannot scroll it", one);
  }

  /* Light as it is seen, of sRGB. */
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const mix = (top, below) => [0, 1, 2].map((i) => top[i] * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.unshift(numbers(view.getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => mix(top, below), view.matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255]);
  };
  const walker = root.createTreeWalker(root.body, view.NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const one = text.parentElement;
    if (!text.data.trim() || !visible(one) || one.closest("svg,script,style,option,annotation")) continue;
    const style = view.getComputedStyle(one), ground = behind(one), ink = mix(numbers(style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) complain("a contrast of " + ((a + 0.05) / (b + 0.05)).toFixed(2), one);
  }
  return complaints;
}
