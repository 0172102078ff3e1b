/** The cluster's DNS for an input without one, under the names every cluster has it. */
export const CLUSTER_DNS = {
  file: 'lab:cluster-dns.yaml',
  text: `apiVersion: v1
kind: Pod
metadata:
  name: kube-dns
  namespace: kube-system
  labels:
    k8s-app: kube-dns
spec:
  containers:
    - name: dns
      ports:
        - { name: dns, containerPort: 53, protocol: UDP }
        - { name: dns-tcp, containerPort: 53, protocol: TCP }
---
apiVersion: v1
kind: Service
metadata:
  name: kube-dns
  namespace: kube-system
spec:
  selector:
    k8s-app: kube-dns
  ports:
    - { name: dns, port: 53, targetPort: dns, protocol: UDP }
    - { name: dns-tcp, port: 53, targetPort: dns-tcp, protocol: TCP }
`,
};
