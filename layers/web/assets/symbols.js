// Draws markers and lines from the symbology; the only place in the browser that knows shapes.
"use strict";

guantu.Symbols = class {
  constructor(symbology, ratio) {
    this.rules = symbology;
    this.ratio = ratio;
    this.cache = new Map();
  }

  outline(context, marker, radius) {
    const turn = { diamond: [4, 0], triangle: [3, 0], square: [4, 0.5], pentagon: [5, 0], hexagon: [6, 0.5] }[
      marker
    ];
    context.beginPath();
    if (!turn) return context.arc(0, 0, radius, 0, 2 * Math.PI);
    const [sides, shift] = turn;
    // Polygons look smaller than a circle of the same radius.
    const reach = radius * { 3: 1.3, 4: 1.16, 5: 1.08, 6: 1.04 }[sides];
    const drop = sides === 3 ? radius * 0.2 : 0;
    for (let i = 0; i < sides; i++) {
      const angle = ((i + shift) / sides) * 2 * Math.PI - Math.PI / 2;
      context.lineTo(reach * Math.cos(angle), reach * Math.sin(angle) + drop);
    }
    context.closePath();
  }

  strokes(context, marker, radius) {
    const r = radius * 0.6;
    context.beginPath();
    if (marker === "cross") {
      context.moveTo(-r, 0);
      context.lineTo(r, 0);
      context.moveTo(0, -r);
      context.lineTo(0, r);
    }
    if (marker === "saltire") {
      context.moveTo(-r, -r);
      context.lineTo(r, r);
      context.moveTo(-r, r);
      context.lineTo(r, -r);
    }
    context.stroke();
  }

  // A marker as a small canvas, drawn once for each look.
  sprite(look, size, letter, hollow, halo) {
    const key = [look.color, look.marker, size, letter, hollow, halo].join("|");
    let image = this.cache.get(key);
    if (image) return image;
    const side = Math.ceil((size + 8) * this.ratio);
    image = document.createElement("canvas");
    image.width = image.height = side;
    const context = image.getContext("2d"),
      radius = size / 2;
    context.scale(this.ratio, this.ratio);
    context.translate(side / this.ratio / 2, side / this.ratio / 2);
    this.outline(context, look.marker, radius);
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = halo;
    context.stroke();
    const open = hollow || look.marker === "ring";
    context.fillStyle = open ? "#ffffff" : look.color;
    context.fill();
    context.lineWidth = open ? 2 : 1;
    context.strokeStyle = look.color;
    context.setLineDash(hollow ? [3, 2] : []);
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = context.fillStyle = open ? look.color : guantu.inkOn(look.color);
    if (look.marker === "cross" || look.marker === "saltire") {
      context.lineWidth = 2.5;
      this.strokes(context, look.marker, radius);
    } else if (letter) {
      context.font = `600 ${Math.round(size * 0.58)}px ${guantu.FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(letter, 0, look.marker === "triangle" ? size * 0.14 : 0.5);
    }
    this.cache.set(key, image);
    return image;
  }
};

guantu.FONT =
  '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", SimHei, sans-serif';

// Black or white, whichever reads better on the colour (WCAG relative luminance).
guantu.inkOn = function (color) {
  const channel = (i) => {
    const value = parseInt(color.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return light > 0.36 ? "#111111" : "#ffffff";
};

// A colour as a pixel of image data, little endian.
guantu.pixel = (color) => {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
};
