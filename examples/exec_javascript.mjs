// Logistic regression with two features, for `backproof exec`.
//
//     backproof exec -- node examples/exec_javascript.mjs
//     backproof exec -- node examples/exec_javascript.mjs slip      forgets the 1/m of the mean
import { createInterface } from "node:readline";

const X = [[0.5, -1.0], [1.5, 0.3], [-0.7, 0.8], [0.1, 1.2]];
const Y = [1, 0, 1, 0];
const m = process.argv[2] === "slip" ? 1 : X.length;
const z = (theta, x) => theta[0] * x[0] + theta[1] * x[1] + theta[2];
const sigmoid = (t) => 1 / (1 + Math.exp(-t));
const answers = {
  describe: () => ({
    blocks: [{ name: "w", shape: [2] }, { name: "b", shape: [1] }],
    theta: [0.3, -0.6, 0.1],
  }),
  // cross-entropy of sigmoid(z) is log(1 + exp z) - y z
  loss: ({ theta }) => ({
    loss: X.reduce((sum, x, i) =>
      sum + Math.log1p(Math.exp(z(theta, x))) - Y[i] * z(theta, x), 0) / X.length,
  }),
  grad: ({ theta }) => {
    const error = X.map((x, i) => (sigmoid(z(theta, x)) - Y[i]) / m);
    const dot = (column) => error.reduce((sum, e, i) => sum + e * column(X[i]), 0);
    return { grad: [dot((x) => x[0]), dot((x) => x[1]), dot(() => 1)] };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(answers[request.op](request)));
}
