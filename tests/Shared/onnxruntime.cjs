// Runs ONNX models by ONNX Runtime's WebAssembly build: node onnxruntime.cjs BUNDLE JOBS.json
// JOBS: [{ "model": FILE, "inputs": { "flux": [[...], ...], ... } }, ...], null for NaN.
// Prints [{ "inputs": [names], "dims": [...], "redshift": [...] }, ...], null for NaN.
const fs = require("fs");
const ort = require(process.argv[2]);

async function run({ model, inputs }) {
  const session = await ort.InferenceSession.create(fs.readFileSync(model));
  const feeds = {};
  for (const [name, rows] of Object.entries(inputs)) {
    const values = Float32Array.from(rows.flat(), (x) => (x === null ? NaN : x));
    feeds[name] = new ort.Tensor("float32", values, [rows.length, rows[0].length]);
  }
  const { redshift } = await session.run(feeds);
  const values = Array.from(redshift.data, (x) => (isNaN(x) ? null : x));
  return { inputs: session.inputNames, dims: redshift.dims, redshift: values };
}

async function main() {
  ort.env.wasm.numThreads = 1;
  const results = [];
  for (const job of JSON.parse(fs.readFileSync(process.argv[3], "utf8"))) {
    results.push(await run(job));
  }
  console.log(JSON.stringify(results));
}

main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
