// Generates src/onnx/onnx_pb.gen.ts from onnx-ml.proto, as the `onnx` package on PyPI ships it. Needed only when ONNX adds fields; the build does not run it.
//   node scripts/generate-onnx-proto.mjs .venv/lib/python3.11/site-packages/onnx/onnx-ml.proto
// It needs protoc on the PATH (or in PROTOC, e.g. PROTOC="python -m grpc_tools.protoc").
import { execSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const NOTE = `// SPDX-License-Identifier: Apache-2.0
// Generated from onnx-ml.proto, Copyright (c) ONNX Project Contributors, licensed under the Apache License 2.0
// (https://www.apache.org/licenses/LICENSE-2.0), by protoc-gen-es and scripts/generate-onnx-proto.mjs. Do not edit.
`;

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/generate-onnx-proto.mjs PATH/onnx-ml.proto');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'onnx-proto-'));
try {
  copyFileSync(source, join(folder, 'onnx.proto'));
  const plugin = resolve('node_modules/.bin/protoc-gen-es');
  const protoc = process.env.PROTOC ?? 'protoc';
  execSync(
    `${protoc} -I. --plugin=protoc-gen-es=${plugin} --es_out=. --es_opt=target=ts,import_extension=ts onnx.proto`,
    { cwd: folder, stdio: 'inherit' },
  );
  writeFileSync('src/onnx/onnx_pb.gen.ts', NOTE + tidy(readFileSync(join(folder, 'onnx_pb.ts'), 'utf8')));
} finally {
  rmSync(folder, { recursive: true });
}

// Comments go (the originals are in onnx-ml.proto); enums become objects, because the build allows erasable syntax only.
function tidy(text) {
  return text
    .replaceAll(/\/\*(?!@__PURE__)[\s\S]*?\*\//g, '')
    .replaceAll(/^\/\/.*\n/gm, '')
    .replaceAll(/export enum (\w+) \{([\s\S]*?)\n\}/g, (_, name, body) => {
      const members = body.replaceAll(/(\w+) = (\d+)/g, '$1: $2');
      return `export const ${name} = {${members}\n} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`;
    })
    .replaceAll(/^[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trimStart();
}
