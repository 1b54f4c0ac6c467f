/* Questions are moved by dragging, beside the buttons that move them for everybody. The server does the moving. */
class OrderList extends HTMLElement {
  connectedCallback() {
    for (const item of this.querySelectorAll("[data-question]")) {
      item.draggable = true;
      item.title = this.dataset.hint;
    }
    this.addEventListener("dragstart", (event) => {
      this.held = event.target.closest?.("[data-question]");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.held?.dataset.question ?? "");
    });
    this.addEventListener("dragover", (event) => {
      const list = event.target.closest("[data-step]");
      if (!this.held || !list) return;
      event.preventDefault();
      const over = event.target.closest("[data-question]");
      if (!over) list.append(this.held);
      else if (over !== this.held) {
        const { top, height } = over.getBoundingClientRect();
        over[event.clientY < top + height / 2 ? "before" : "after"](this.held);
      }
    });
    this.addEventListener("drop", (event) => event.preventDefault());
    this.addEventListener("dragend", () => {
      const list = this.held?.closest("[data-step]");
      if (!list) return;
      const place = [...list.querySelectorAll("[data-question]")].indexOf(this.held);
      const button = document.createElement("button");
      button.name = "do";
      button.value = `place:${this.held.dataset.question}:${list.dataset.step}:${place}`;
      button.hidden = true;
      this.closest("form").append(button);
      button.click();
    });
  }
}
customElements.define("order-list", OrderList);
