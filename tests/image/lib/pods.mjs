// Pods for `podman play kube` out of what `helm template` renders: nothing is written by hand, everything below is a rule.
//
//   node pods.mjs RENDERED.yaml FOLDER SUBNET     writes FOLDER/NAME.yaml for each pod of the table
//
// Rules, each for something that a cluster does and podman does not:
//   - a Deployment, StatefulSet or Job becomes Pods of fixed names and addresses;
//   - status.podIP, spec.nodeName and metadata.name of the downward API are filled in;
//   - $(NAME) in arguments and in the environment is filled in;
//   - the names of Services become host aliases of their pods' addresses, because there is no DNS;
//   - claims are left out, pods.sh makes a volume for each once: podman refuses a claim it has met before;
//   - images are never pulled, they were just built;
//   - ports are left out: podman opens each on the machine itself, and two pods would want the same;
//   - probes are left out, run.sh asks the same paths from outside as a kubelet does;
//   - a pod that ends stays so, for its exit code to be read; run.sh starts the next one as a Deployment would.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const yaml = await import(createRequire(path.resolve('.tools/js-yaml/package.json')).resolve('js-yaml'));
const [rendered, folder, subnet] = process.argv.slice(2);

// Name, kind and end of the name of the workload, last part of the address; arguments in place of the workload's own.
const table = [
  ['redis', 'StatefulSet', '-redis', 10],
  ['coordinator', 'Deployment', '-coordinators', 20],
  ['device-1', 'Deployment', '-pool-cpu', 31],
  ['device-2', 'Deployment', '-pool-cpu', 32],
  ['device-3', 'Deployment', '-pool-cpu', 33],
  ['sweep', 'Job', '-pictures', 40],
  ['verify', 'Deployment', '-pool-cpu', 41, ['manifest', 'verify', '--store=$(AMVIZ_STORE)']],
];
const documents = yaml.loadAll(fs.readFileSync(rendered, 'utf8')).filter(Boolean);
const ofKind = (...kinds) => documents.filter(document => kinds.includes(document.kind));

const templateOf = (kind, ending) => {
  const found = ofKind(kind).filter(document => document.metadata.name.includes(ending));
  if (found.length !== 1) throw new Error(`Found ${found.length} objects of kind ${kind} whose name has '${ending}', expected one. Look at the table above.`);
  return structuredClone(found[0].spec.template);
};

const addressOf = (kind, ending) => `${subnet}.${table.find(row => row[1] === kind && row[2] === ending)[3]}`;
const hostAliases = ofKind('Service')
  .filter(service => service.metadata.name.endsWith('-redis'))
  .map(service => ({ ip: addressOf('StatefulSet', '-redis'), hostnames: [service.metadata.name] }));

const fillIn = (variable, pod) => {
  const field = variable.valueFrom?.fieldRef?.fieldPath;
  const value = { 'status.podIP': pod.address, 'spec.nodeName': 'node-1', 'metadata.name': pod.name }[field];
  return value === undefined ? variable : { name: variable.name, value };
};

// Later variables see earlier ones, as on a cluster; what comes from a Secret is not known here and stays as it is.
const environmentOf = container => {
  const known = Object.assign({}, ...(container.envFrom ?? []).map(source => configMap(source.configMapRef.name)));
  for (const variable of container.env) {
    if (variable.value === undefined) continue;
    variable.value = expand(variable.value, known);
    known[variable.name] = variable.value;
  }
  return known;
};
const configMap = name => ofKind('ConfigMap').find(document => document.metadata.name === name).data;
const expand = (text, known) => text.replace(/\$\((\w+)\)/g, (whole, name) => known[name] ?? whole);

const adapt = (container, pod) => {
  const { ports, startupProbe, readinessProbe, livenessProbe, ...rest } = container;
  const adapted = { ...rest, imagePullPolicy: 'Never', env: (container.env ?? []).map(variable => fillIn(variable, pod)) };
  const known = environmentOf(adapted);
  return { ...adapted, args: (pod.args ?? adapted.args).map(text => expand(text, known)) };
};

for (const [name, kind, ending, last, args] of table) {
  const pod = { name, address: `${subnet}.${last}`, args };
  const { metadata, spec } = templateOf(kind, ending);
  spec.containers = spec.containers.map(container => adapt(container, pod));
  Object.assign(spec, { hostAliases, restartPolicy: 'Never' });
  const all = [...ofKind('ConfigMap'), { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: metadata.labels }, spec }];
  fs.writeFileSync(path.join(folder, `${name}.yaml`), all.map(document => yaml.dump(document)).join('---\n'));
}
