import type { Labels } from '../../model/selector.ts';

/** A kind of proxy that serves Ingresses or Gateways, and what it is known by. */
export interface ProxyKind {
  readonly name: string;
  /** Controllers as IngressClass and GatewayClass name them; one that ends in `*` is a prefix. */
  readonly controllers: readonly string[];
  /** What its classes are usually called, for input without the class. */
  readonly classNames: readonly string[];
  /** Labels of the pods that connect to the backends: those of any one of these. */
  readonly pods: readonly Labels[];
  /** Or images, by how their names end, without registry and tag. */
  readonly images?: readonly string[];
  /** Where it runs when not in pods: on the nodes, or as a load balancer outside the cluster. */
  readonly elsewhere?: 'nodes' | 'outside';
}

const NAME = 'app.kubernetes.io/name';
const COMPONENT = 'app.kubernetes.io/component';

/** What the charts and manifests of the projects give their pods. */
export const PROXY_KINDS: readonly ProxyKind[] = [
  {
    name: 'ingress-nginx',
    controllers: ['k8s.io/ingress-nginx', 'k8s.io/internal-ingress-nginx'],
    classNames: ['nginx'],
    pods: [
      { [NAME]: 'ingress-nginx', [COMPONENT]: 'controller' },
      { [NAME]: 'rke2-ingress-nginx', [COMPONENT]: 'controller' },
    ],
    images: [
      'ingress-nginx/controller',
      'ingress-nginx/controller-chroot',
      'rancher/nginx-ingress-controller',
    ],
  },
  {
    name: 'NGINX Ingress Controller',
    controllers: ['nginx.org/ingress-controller'],
    classNames: ['nginx'],
    pods: [{ [NAME]: 'nginx-ingress' }, { app: 'nginx-ingress' }],
    images: ['nginx/nginx-ingress', 'nginx-ic/nginx-plus-ingress'],
  },
  {
    name: 'NGINX Gateway Fabric',
    controllers: ['gateway.nginx.org/nginx-gateway-controller'],
    classNames: ['nginx'],
    pods: [{ [NAME]: 'nginx-gateway-fabric' }, { [NAME]: 'nginx-gateway' }],
    images: ['nginx-gateway-fabric/nginx'],
  },
  {
    name: 'Traefik',
    controllers: ['traefik.io/*'],
    classNames: ['traefik'],
    pods: [{ [NAME]: 'traefik' }, { app: 'traefik' }, { 'k8s-app': 'traefik-ingress-lb' }],
    images: ['traefik', 'rancher/mirrored-library-traefik'],
  },
  {
    name: 'HAProxy Kubernetes Ingress Controller',
    controllers: ['haproxy.org/ingress-controller*'],
    classNames: ['haproxy'],
    pods: [{ [NAME]: 'kubernetes-ingress' }, { run: 'haproxy-ingress' }],
    images: ['haproxytech/kubernetes-ingress'],
  },
  {
    name: 'HAProxy Ingress',
    controllers: ['haproxy-ingress.github.io/controller*'],
    classNames: ['haproxy'],
    pods: [{ [NAME]: 'haproxy-ingress' }],
    images: ['jcmoraisjr/haproxy-ingress'],
  },
  {
    name: 'Contour',
    controllers: ['projectcontour.io/*'],
    classNames: ['contour'],
    pods: [{ [NAME]: 'contour', [COMPONENT]: 'envoy' }, { app: 'envoy' }],
  },
  {
    name: 'Envoy Gateway',
    controllers: ['gateway.envoyproxy.io/*'],
    classNames: ['eg', 'envoy-gateway'],
    pods: [{ 'app.kubernetes.io/managed-by': 'envoy-gateway', [COMPONENT]: 'proxy' }],
  },
  {
    name: 'Kong',
    controllers: ['ingress-controllers.konghq.com/*', 'konghq.com/*'],
    classNames: ['kong'],
    pods: [
      { [NAME]: 'kong', [COMPONENT]: 'app' },
      { [NAME]: 'gateway', [COMPONENT]: 'app', 'app.kubernetes.io/instance': 'kong' },
      { app: 'proxy-kong' },
      { app: 'ingress-kong' },
    ],
  },
  {
    name: 'Istio',
    controllers: ['istio.io/*'],
    classNames: ['istio'],
    pods: [{ istio: 'ingressgateway' }],
  },
  {
    name: 'OpenShift router',
    controllers: ['openshift.io/ingress-to-route'],
    classNames: ['openshift-default'],
    pods: [{ 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller': 'default' }],
  },
  {
    name: 'Cilium',
    controllers: ['cilium.io/*', 'io.cilium/*'],
    classNames: ['cilium'],
    pods: [],
    elsewhere: 'nodes',
  },
  {
    name: 'AWS Load Balancer Controller',
    controllers: ['ingress.k8s.aws/*', 'eks.amazonaws.com/alb', 'gateway.k8s.aws/*'],
    classNames: ['alb'],
    pods: [],
    elsewhere: 'outside',
  },
  {
    name: 'Google Cloud load balancer',
    controllers: ['networking.gke.io/*'],
    classNames: ['gce', 'gce-internal'],
    pods: [],
    elsewhere: 'outside',
  },
  {
    name: 'Azure Application Gateway',
    controllers: ['azure/application-gateway', 'alb.networking.azure.io/*'],
    classNames: ['azure-application-gateway', 'azure/application-gateway'],
    pods: [],
    elsewhere: 'outside',
  },
];

/** Whether an image is one of the kind's. */
export function isImageOf({ images = [] }: ProxyKind, image: string): boolean {
  const [path = ''] = image.split('@');
  const name = path.replace(/:[^/]*$/, '');
  return images.some((one) => name === one || name.endsWith(`/${one}`));
}

/** The kinds a controller's name stands for. */
export function kindsOfController(controller: string): ProxyKind[] {
  return PROXY_KINDS.filter(({ controllers }) =>
    controllers.some((one) =>
      one.endsWith('*') ? controller.startsWith(one.slice(0, -1)) : one === controller,
    ),
  );
}

/** The kinds whose classes are usually called so. */
export function kindsOfClassName(className: string): ProxyKind[] {
  return PROXY_KINDS.filter(({ classNames }) => classNames.includes(className));
}
