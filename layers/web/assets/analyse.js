// Leads from the page of questions to the screen beside it, which draws the map, the table and the charts.
export default function ({ data, parentElement }) {
  const holder = parentElement.querySelector(".asked");
  const turn = (holder.turn = (holder.turn || 0) + 1);
  // The screen may still be reading its rows; what the server has said since then counts.
  const take = () => {
    if (holder.turn !== turn || !holder.isConnected) return;
    const inside = document.querySelector(".st-key-screen iframe")?.contentWindow?.guantu;
    if (inside?.page?.bundle && inside.page.view.placed) inside.showAsked(inside.page, holder, data);
    else setTimeout(take, 40);
  };
  take();
}
