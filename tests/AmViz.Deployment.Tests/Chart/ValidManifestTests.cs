using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;
using k8s;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>What a server with strict validation would refuse. Two validators, because each passes faults that the other catches.</summary>
public sealed class ValidManifestTests
{
    /// <summary>Kinds of operators, which the client library does not know; the other validator does.</summary>
    private static readonly string[] OfOperators = ["Certificate", "HTTPRoute", "Issuer", "PodMonitor", "PrometheusRule", "ScaledObject", "ServiceMonitor"];

    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryFieldIsKnownAndHasItsType(string values)
    {
        foreach (var version in Release.Versions)
        {
            StrictReader.Check(await Release.OfAsync(values, version));
        }
    }

    [Fact]
    public async Task EveryObjectFollowsTheSchemaOfItsKind()
    {
        var texts = new List<(string, string)>();
        foreach (var values in Release.AllValues)
        {
            foreach (var version in Release.Versions)
            {
                texts.Add(($"{values}-{version}", (await Release.OfAsync(values, version)).Text));
            }
        }

        Assert.Equal("", await KubernetesModels.ProblemsAsync(texts));
    }

    [Fact]
    public async Task TheWorkflowOfTheExamplesFollowsTheSchemaOfItsKind()
    {
        var text = await File.ReadAllTextAsync(RepositoryTree.At("examples", "argo-workflows", "amviz-sweep.yaml"), TestContext.Current.CancellationToken);
        Assert.Equal("", await KubernetesModels.ProblemsAsync([("workflow", text)]));
        Assert.NotEqual("", await KubernetesModels.ProblemsAsync([("workflow", text.Replace("limit: \"10\"", "limit: [10]", StringComparison.Ordinal))]));
    }

    [Theory]
    [InlineData("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {paralelism: 4, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\ndata: {a: c}")]
    public void TheStrictReaderSeesUnknownAndDoubledFields(string text)
        => Assert.ThrowsAny<Exception>(() => StrictReader.Check(text));

    [Theory]
    [InlineData("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completionMode: Indexxed, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}")]
    [InlineData("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: \"4\", template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: true}}")]
    [InlineData("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {secretName: a, usages: [server auth]}")]
    [InlineData("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {parentRefs: [{}]}")]
    [InlineData("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {triggers: []}")]
    public async Task TheSchemasSeeWrongWordsTypesAndMissingFields(string text)
        => Assert.NotEqual("", await KubernetesModels.ProblemsAsync([("planted", text)]));

    private static class StrictReader
    {
        // Object by object as Helm wrote them, because doubled keys are in the text only.
        public static void Check(Release release)
        {
            foreach (var text in release.Text.Split("\n---\n").Where(text => text.Contains("\nkind: ", StringComparison.Ordinal)))
            {
                if (!OfOperators.Contains(Manifest.Read(text).Single().Kind))
                {
                    Check(text);
                }
            }
        }

        public static void Check(string text) => KubernetesYaml.LoadAllFromString(text, typeMap: null, strict: true);
    }
}
