// Holds every object of the YAML files in a folder against the schema of its kind.
//   node validate.mjs FOLDER_OF_THE_PACKAGES FOLDER_OF_THE_FILES
// Prints a line for each problem; exit code 1 if there is one.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(packages), 'package.json'));
const yaml = require('js-yaml');
const ofOperators = {
  'argoproj.io': '@kubernetes-models/argo-workflows',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

async function model({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const file = join(resolve(packages), 'node_modules', ofOperators[group] ?? 'kubernetes-models', group, version, `${kind}.js`);
  const module = await import(pathToFileURL(file).href);
  return module[kind];
}

let problems = 0;
for (const file of readdirSync(folder).sort()) {
  const text = readFileSync(join(folder, file), 'utf8');
  let documents = [];
  try {
    documents = yaml.loadAll(text).filter(Boolean);
  } catch (error) {
    console.log(`${file}: ${error.message}`);
    problems++;
  }
  for (const document of documents) {
    try {
      const Model = await model(document);
      new Model(document).validate();
    } catch (error) {
      console.log(`${file}: ${document.kind} ${document.metadata?.name}: ${error.message}`);
      problems++;
    }
  }
}
process.exit(problems ? 1 : 0);
