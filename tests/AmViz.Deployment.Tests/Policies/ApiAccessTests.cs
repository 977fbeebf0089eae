using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>How the API of the coordinators is reached from outside the release, and by what it proves itself.</summary>
public sealed class ApiAccessTests
{
    private const string Coordinator = "coordinator";

    private static readonly string[] WaysIn = ["Ingress/amviz-api", "HTTPRoute/amviz-api", "NetworkPolicy/amviz-api", "Service/amviz-api"];

    [Fact]
    public async Task ThereIsNoWayInUnlessItIsAskedFor()
        => Assert.Empty((await Release.OfAsync("default")).Manifests.Select(manifest => manifest.Id).Intersect(WaysIn));

    [Theory]
    [InlineData("api: {service: {enabled: true}}", 80, "http")]
    [InlineData("api: {service: {enabled: true, port: 9000}}", 9000, "http")]
    [InlineData("api: {ingress: {enabled: true, hosts: [amviz.example]}}", 80, "http")]
    [InlineData("api: {route: {enabled: true, parentRefs: [{name: public}]}}", 80, "http")]
    [InlineData("api: {service: {enabled: true, type: LoadBalancer}, tls: {existingSecret: own}}", 443, "https")]
    [InlineData("api: {ingress: {enabled: true, hosts: [amviz.example]}, tls: {existingSecret: own}}", 443, "https")]
    public async Task EveryWayLeadsToThePortOfTheCoordinators(string values, int port, string protocol)
    {
        var release = await Release.RenderAsync(values);
        var service = Of(release, "Service/amviz-api");
        var found = Assert.Single(release.Pods, pod => pod.IsSelectedBy(service.Selector!));
        Assert.Equal(Coordinator, found.Component);

        var open = Assert.Single(service.Spec["ports"]!.AsArray())!;
        Assert.Equal((port, protocol, protocol), ((int)open["port"]!, (string?)open["name"], (string?)open["appProtocol"]));
        Assert.Contains((string)open["targetPort"]!, found.Silos[0].Ports);
        Assert.All(Backends(release), backend => Assert.Equal(("amviz-api", port), backend));
    }

    [Fact]
    public async Task WhatIsNotForOutsideIsNotShownThere()
    {
        var release = await Release.RenderAsync("api: {ingress: {enabled: true, hosts: [a.example, b.example]}, route: {enabled: true, parentRefs: [{name: public}], hostnames: [c.example]}}");
        var ingress = Of(release, "Ingress/amviz-api").Spec["rules"]!.AsArray();
        Assert.Equal(["a.example", "b.example"], ingress.Select(rule => (string?)rule!["host"]));
        Assert.All(ingress, rule => Assert.Equal(["/api", "/console"], rule!["http"]!["paths"]!.AsArray().Select(path => (string?)path!["path"])));

        var route = Of(release, "HTTPRoute/amviz-api").Spec;
        Assert.Equal("c.example", (string?)Assert.Single(route["hostnames"]!.AsArray()));
        Assert.Equal(["/api", "/console"], route["rules"]![0]!["matches"]!.AsArray().Select(match => (string?)match!["path"]!["value"]));
    }

    [Theory]
    [InlineData("ClusterIP", false)]
    [InlineData("NodePort", true)]
    [InlineData("LoadBalancer", true)]
    public async Task TheNetworkPolicyLetsInWhoIsNamedAndWithAServiceForOutsideEverybody(string type, bool everybody)
    {
        var release = await Release.RenderAsync($"{{api: {{service: {{enabled: true, type: {type}}}}}, networkPolicy: {{metricsFrom: [{{podSelector: {{matchLabels: {{app: prometheus}}}}}}], apiFrom: [{{namespaceSelector: {{matchLabels: {{team: gateways}}}}}}]}}}}");
        var policy = Of(release, "NetworkPolicy/amviz-api");
        Assert.Equal(Coordinator, Assert.Single(release.Pods, pod => pod.IsSelectedBy(policy.Selector!)).Component);

        var rule = Assert.Single(policy.Spec["ingress"]!.AsArray())!;
        Assert.Equal(8080, (int)Assert.Single(rule["ports"]!.AsArray())!["port"]!);
        Assert.Contains(rule["from"]!.AsArray(), peer => (string?)peer!["namespaceSelector"]?["matchLabels"]?["team"] == "gateways");
        Assert.Equal(everybody, rule["from"]!.AsArray().Any(peer => (string?)peer!["ipBlock"]?["cidr"] == "0.0.0.0/0"));

        // Policies add up: what one lets in, another cannot keep out.
        var coordinator = release.Pods.Single(pod => pod.Component == Coordinator);
        var peers = release.Manifests.Where(manifest => manifest.Kind == "NetworkPolicy" && coordinator.IsSelectedBy(manifest.Selector!))
            .SelectMany(manifest => manifest.Spec["ingress"]?.AsArray() ?? []).SelectMany(it => it!["from"]!.AsArray());
        Assert.DoesNotContain(peers, peer => peer!["namespaceSelector"] is JsonObject { Count: 0 });
    }

    [Fact]
    public async Task CoordinatorsAloneAreToldWhoseTokensOpenTheApiAndHowMuchMayBeAskedFor()
    {
        var release = await Release.RenderAsync("""
            api:
              oidc: {issuer: "https://login.example:8443/realms/lab", audience: amviz, roleClaim: groups, read: [staff], submit: [artists, "data science"], admin: [operators]}
              limits: {rate: 50, maxPictures: 20000, maxNetwork: 512}
              keepSweeps: 90d
            """);
        (string Option, string Value)[] told =
        [
            ("oidc-issuer", "https://login.example:8443/realms/lab"), ("oidc-audience", "amviz"), ("oidc-role-claim", "groups"),
            ("oidc-read", "staff"), ("oidc-submit", "artists,data science"), ("oidc-admin", "operators"),
            ("http-rate", "50"), ("http-max-pictures", "20000"), ("http-max-network", "512"), ("keep-sweeps", "90d"),
        ];
        Assert.All(release.Pods.SelectMany(pod => pod.Silos), silo => Assert.All(
            told, it => Assert.Equal(silo.Pod.Component == Coordinator ? it.Value : null, silo.Argument(it.Option))));

        var policy = Of(release, "NetworkPolicy/amviz-issuer");
        Assert.Equal(Coordinator, Assert.Single(release.Pods, pod => pod.IsSelectedBy(policy.Selector!)).Component);
        Assert.Equal(8443, (int)Assert.Single(Assert.Single(policy.Spec["egress"]!.AsArray())!["ports"]!.AsArray())!["port"]!);
    }

    [Fact]
    public async Task WithoutAnIssuerTheProgramSaysHowMuchMayBeAskedForAndNothingIsOpenedToOne()
    {
        var release = await Release.OfAsync("default");
        Assert.DoesNotContain(release.Manifests, manifest => manifest.Id == "NetworkPolicy/amviz-issuer");
        var coordinator = Assert.Single(release.Pods, pod => pod.Component == Coordinator).Silos[0];
        Assert.DoesNotContain(coordinator.Arguments, it => new[] { "--oidc-", "--http-rate", "--http-max", "--keep-" }.Any(begin => it.StartsWith(begin, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("api: {tls: {existingSecret: own}}", "own")]
    [InlineData("api: {tls: {certManager: {enabled: true, issuerRef: {name: company}}}}", "amviz-api-tls")]
    public async Task WithACertificateCoordinatorsSpeakHttpsAndWhoAsksThemToo(string values, string secret)
    {
        var release = await Release.RenderAsync($"{{metrics: {{monitor: {{kind: podMonitor}}}}, {values}}}");
        foreach (var silo in release.Pods.SelectMany(pod => pod.Silos))
        {
            var secure = silo.Pod.Component == Coordinator;
            Assert.Equal(secure ? "/etc/amviz-http" : null, silo.Argument("http-tls"));
            Assert.Equal(secure ? secret : null, SecretAt(silo, "/etc/amviz-http"));
            Assert.All(["startupProbe", "readinessProbe", "livenessProbe"], probe => Assert.Equal(secure ? "HTTPS" : null, (string?)silo.Json[probe]!["httpGet"]!["scheme"]));
        }

        var endpoint = Of(release, "PodMonitor/amviz").Spec["podMetricsEndpoints"]![0]!;
        var scheme = endpoint["relabelings"]!.AsArray().Single(rule => (string?)rule!["targetLabel"] == "__scheme__")!;
        Assert.Equal((Coordinator, "https"), ((string?)scheme["regex"], (string?)scheme["replacement"]));
        Assert.DoesNotContain("HTTP/1.0", release.Containers.Single(container => container.Name == "health").Arguments[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertManagerCertifiesTheServicesAndTheNamesThatAreGiven()
    {
        var release = await Release.RenderAsync("api: {tls: {certManager: {enabled: true, issuerRef: {name: company, kind: ClusterIssuer}, dnsNames: [amviz.example]}}}");
        var certificate = Of(release, "Certificate/amviz-api").Spec;
        Assert.Equal("amviz-api-tls", (string?)certificate["secretName"]);
        Assert.Equal(("company", "ClusterIssuer"), ((string?)certificate["issuerRef"]!["name"], (string?)certificate["issuerRef"]!["kind"]));
        var names = certificate["dnsNames"]!.AsArray().Select(name => (string)name!).ToArray();
        Assert.All(["amviz.example", "amviz-api.amviz.svc", "amviz-coordinators"], name => Assert.Contains(name, names));
        Assert.DoesNotContain(release.Manifests, manifest => manifest.Kind == "Issuer");
    }

    [Fact]
    public async Task CertManagerMakesTheClusterAnAuthorityOfItsOwn()
    {
        var release = await Release.RenderAsync($"{{cluster: {{tls: {{existingSecret: \"\", certManager: {{enabled: true}}}}}}, sweeps: [{Sweep("submit")}, {Sweep("cluster")}]}}");
        var (root, authority, issuer, leaf) = (Of(release, "Issuer/amviz-cluster-root"), Of(release, "Certificate/amviz-cluster-ca"), Of(release, "Issuer/amviz-cluster"), Of(release, "Certificate/amviz-cluster"));
        Assert.NotNull(root.Spec["selfSigned"]);
        Assert.True((bool?)authority.Spec["isCA"]);
        Assert.Equal(root.Name, (string?)authority.Spec["issuerRef"]!["name"]);
        Assert.Equal((string?)authority.Spec["secretName"], (string?)issuer.Spec["ca"]!["secretName"]);
        Assert.Equal(issuer.Name, (string?)leaf.Spec["issuerRef"]!["name"]);

        // A silo is both: it listens, and it connects to others.
        Assert.All(["server auth", "client auth"], usage => Assert.Contains(leaf.Spec["usages"]!.AsArray(), it => (string?)it == usage));
        var programs = release.Containers.Where(container => container.Name == "amviz").ToArray();
        Assert.Equal(5, programs.Length);
        Assert.All(programs, program => Assert.Equal((string?)leaf.Spec["secretName"], SecretAt(program, "/etc/amviz-cluster")));
    }

    [Fact]
    public async Task AnIssuerOfTheCompanyTakesThePlaceOfTheClustersAuthority()
    {
        var release = await Release.RenderAsync("cluster: {tls: {existingSecret: \"\", certManager: {enabled: true, issuerRef: {name: amviz-only, kind: ClusterIssuer}, duration: 720h}}}");
        var leaf = Assert.Single(release.Manifests, manifest => manifest.Kind is "Certificate" or "Issuer").Spec;
        Assert.Equal(("amviz-only", "ClusterIssuer", "720h"), ((string?)leaf["issuerRef"]!["name"], (string?)leaf["issuerRef"]!["kind"], (string?)leaf["duration"]));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("cluster: {tls: {enabled: true}}", true)]
    [InlineData("cluster: {tls: {enabled: false, existingSecret: \"\"}}", false)]
    [InlineData("{trial: true, cluster: {tls: {existingSecret: \"\"}}}", false)]
    [InlineData("trial: true", true)]
    public async Task SilosProveThatTheyBelongTogetherUnlessThatIsSaidToBeUnwantedOrTriedOut(string values, bool proved)
    {
        var release = await Release.RenderAsync(values);
        Assert.All(release.Pods.SelectMany(pod => pod.Silos), silo =>
        {
            Assert.Equal(proved, SecretAt(silo, "/etc/amviz-cluster") is not null);
            Assert.Equal(proved, silo.Environment.Any(variable => (string?)variable["name"] == "AMVIZ__Cluster__Tls"));
        });
    }

    private static string Sweep(string kind) => $"{{name: {kind}, kind: {kind}, spec: {{models: [{{model: texturenet}}]}}}}";

    private static Manifest Of(Release release, string id) => Assert.Single(release.Manifests, manifest => manifest.Id == id);

    private static string? SecretAt(Container container, string path)
        => container.Mounts.TryGetValue(path, out var volume) ? (string?)container.Pod.Volumes.Single(it => (string?)it["name"] == volume)["secret"]!["secretName"] : null;

    private static IEnumerable<(string?, int)> Backends(Release release)
    {
        var paths = release.Manifests.Where(manifest => manifest.Kind == "Ingress").SelectMany(ingress => ingress.Spec["rules"]!.AsArray()).SelectMany(rule => rule!["http"]!["paths"]!.AsArray());
        var routes = release.Manifests.Where(manifest => manifest.Kind == "HTTPRoute").SelectMany(route => route.Spec["rules"]!.AsArray()).SelectMany(rule => rule!["backendRefs"]!.AsArray());
        return paths.Select(path => path!["backend"]!["service"]!).Select(service => ((string?)service["name"], (int)service["port"]!["number"]!))
            .Concat(routes.Select(backend => ((string?)backend!["name"], (int)backend["port"]!)));
    }
}
