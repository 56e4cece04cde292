/** Linear red, green and blue, 0 to 1. */
export type Color = readonly [number, number, number]

type Matrix = readonly [Color, Color, Color]

/** Colours as they are seen without one kind of cone. Machado, Oliveira and Fernandes 2009, severity 1. */
export const visions = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
} satisfies Record<string, Matrix>

const apply = (matrix: Matrix, [r, g, b]: Color): Color => {
  const [x, y, z] = matrix.map(([p, q, s]) => Math.min(1, Math.max(0, p * r + q * g + s * b)))
  return [x ?? 0, y ?? 0, z ?? 0]
}

/** Parses `#rrggbb`. */
export const linear = (hex: string): Color => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const luminance = ([r, g, b]: Color) => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** Contrast by WCAG 2, 1 to 21. */
export const contrast = (a: Color, b: Color): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const lab = ([r, g, b]: Color): Color => {
  const cube = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 27 / 116 + 16 / 116)
  const x = cube((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = cube(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = cube((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** Distance of two colours as they are seen: CIE 1976, where 2 is just noticed. */
export const distance = (a: Color, b: Color, vision: Matrix): number => {
  const [one, other] = [lab(apply(vision, a)), lab(apply(vision, b))]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}
