// The worlds of the server: choose one, make one, and begin it again.

import { call, path, send } from "./api.js";
import { announce, button, el, select, setOptions } from "./dom.js";
import { inTurn } from "./live.js";

export class Worlds {
  constructor(app) {
    this.app = app;
    this.turn = inTurn();
    this.choice = select("World", [[app.world, app.world]], app.world, (name) => app.go({ world: name, record: "" }));
    this.remove = button("Delete this world", () => this.delete());
    const file = el("input", {
      type: "file",
      accept: ".json,.yaml,.yml",
      hidden: true,
      tabindex: "-1",
      "aria-label": "Snapshot to restore",
      onchange: () => this.restore(file).catch(announce),
    });
    this.menu = el(
      "details",
      { class: "menu" },
      el("summary", { "aria-label": "What to do with this world" }, "World"),
      el(
        "div",
        { class: "popup" },
        button("Make another world", () => this.make()),
        button("Reset", () => this.reset()),
        button("Save a snapshot", () => this.save()),
        button("Restore a snapshot", () => file.click()),
        this.remove,
        file,
      ),
    );
    this.menu.addEventListener("click", (event) => {
      if (event.target.closest("button")) this.close();
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    document.addEventListener("click", (event) => {
      if (!this.menu.contains(event.target)) this.menu.open = false;
    });
    this.element = el("div", { class: "row worlds" }, this.choice, this.menu);
  }

  close() {
    this.menu.open = false;
    this.menu.querySelector("summary").focus();
  }

  refresh() {
    return this.turn(() => this.show());
  }

  async show() {
    const { worlds } = await call("GET", "/worlds");
    const names = worlds.map((world) => world.name);
    if (!names.includes(this.app.world)) {
      announce(`The world ${this.app.world} is gone.`);
      this.app.go({ world: "default", record: "" });
    }
    setOptions(this.choice, names.map((name) => [name, name]), this.app.world);
    this.remove.hidden = this.app.world === "default";
    this.state = worlds.find((world) => world.name === this.app.world);
  }

  async make() {
    const { name } = await this.turn(() => call("POST", "/worlds", {}));
    this.app.go({ world: name, record: "" });
    announce(`Made the world ${name}; its keys open it and no other.`);
  }

  async reset() {
    await call("POST", path(["worlds", this.app.world, "reset"]));
    announce(`The world ${this.app.world} has begun again.`);
    this.app.refreshAll();
  }

  async delete() {
    const { world } = this.app;
    await this.turn(async () => {
      await call("DELETE", path(["worlds", world]));
      this.app.go({ world: "default", record: "" });
    });
  }

  async save() {
    const response = await send("GET", path(["worlds", this.app.world, "snapshot"], { format: "yaml" }));
    const url = URL.createObjectURL(await response.blob());
    const link = el("a", { href: url, download: `${this.app.world}.yaml` });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(url);
    announce("Saved the snapshot: it is a fixture that mockserver --seed takes.");
  }

  async restore(field) {
    const file = field.files[0];
    if (!file) return;
    const type = file.name.endsWith(".json") ? "application/json" : "application/yaml";
    await send("PUT", path(["worlds", this.app.world, "snapshot"]), { body: await file.text(), type });
    field.value = "";
    announce(`The world ${this.app.world} is what ${file.name} says.`);
    this.app.refreshAll();
  }
}
