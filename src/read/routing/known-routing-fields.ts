// The fields of the objects by which proxies let the outside in, for naming the nearest known one of a
// mistyped field: k8s.io/api/networking/v1/types.go (Kubernetes 1.36), and those before v1 which have the
// same meaning; sigs.k8s.io/gateway-api/apis/v1 (1.5), experimental fields included.

export const INGRESS_SPEC: readonly string[] = [
  'ingressClassName',
  'defaultBackend',
  'backend',
  'tls',
  'rules',
];
export const INGRESS_RULE: readonly string[] = ['host', 'http'];
export const INGRESS_HTTP: readonly string[] = ['paths'];
export const INGRESS_PATH: readonly string[] = ['path', 'pathType', 'backend'];
export const INGRESS_BACKEND: readonly string[] = [
  'service',
  'resource',
  'serviceName',
  'servicePort',
];
export const INGRESS_SERVICE: readonly string[] = ['name', 'port'];
export const INGRESS_PORT: readonly string[] = ['name', 'number'];
export const INGRESS_CLASS_SPEC: readonly string[] = ['controller', 'parameters'];

export const GATEWAY_SPEC: readonly string[] = [
  'gatewayClassName',
  'listeners',
  'addresses',
  'infrastructure',
  'allowedListeners',
  'tls',
  'defaultScope',
];
export const LISTENER: readonly string[] = [
  'name',
  'hostname',
  'port',
  'protocol',
  'tls',
  'allowedRoutes',
];
export const ALLOWED_ROUTES: readonly string[] = ['namespaces', 'kinds'];
export const ROUTE_NAMESPACES: readonly string[] = ['from', 'selector'];
export const GATEWAY_CLASS_SPEC: readonly string[] = [
  'controllerName',
  'parametersRef',
  'description',
];

export const ROUTE_SPEC: readonly string[] = [
  'parentRefs',
  'hostnames',
  'rules',
  'useDefaultGateways',
];
export const PARENT_REF: readonly string[] = [
  'group',
  'kind',
  'namespace',
  'name',
  'sectionName',
  'port',
];
export const ROUTE_RULE: readonly string[] = [
  'name',
  'matches',
  'filters',
  'backendRefs',
  'timeouts',
  'retry',
  'sessionPersistence',
];
export const BACKEND_REF: readonly string[] = [
  'group',
  'kind',
  'name',
  'namespace',
  'port',
  'weight',
  'filters',
];
export const GRANT_SPEC: readonly string[] = ['from', 'to'];
export const GRANT_FROM: readonly string[] = ['group', 'kind', 'namespace'];
export const GRANT_TO: readonly string[] = ['group', 'kind', 'name'];
