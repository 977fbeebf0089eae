using System.Globalization;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>A namespace for a release, on the stand-in or on a real cluster.</summary>
/// <remarks>
/// A real one is used where <c>AMVIZ_TEST_KUBECONFIG</c> names its kubeconfig; then <c>AMVIZ_TEST_IMAGE</c> names the image of this build as the cluster's nodes get it,
/// <c>REPOSITORY:TAG</c>. The namespace is made by Helm and deleted in the end.
/// </remarks>
public sealed class ReleaseCluster : IAsyncLifetime
{
    private const string KubeconfigVariable = "AMVIZ_TEST_KUBECONFIG";
    private const string ImageVariable = "AMVIZ_TEST_IMAGE";

    private readonly TemporaryFolder _folder = new();
    private readonly StandInCluster? _standIn = Kubeconfig is null ? new() : null;
    private KubernetesTools? _tools;

    /// <summary>Why there is no cluster here and what to do; null if there is one.</summary>
    public static string? SkipReason { get; } = Kubeconfig is null
        ? StandInCluster.SkipReason
        : KubernetesTools.SkipReason ?? (Image is [_, _] ? null : $"{KubeconfigVariable} is set; {ImageVariable} should name the image as REPOSITORY:TAG, and is '{Environment.GetEnvironmentVariable(ImageVariable)}'.");

    /// <summary>Its name.</summary>
    internal string Namespace { get; } = $"amviz-test-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Arguments of Helm that name the image; none on the stand-in, which has one of its own.</summary>
    internal static string[] ImageValues => Kubeconfig is null || Image is not [var repository, var tag] ? [] : ["--set", $"image.repository={repository}", "--set-string", $"image.tag={tag}"];

    private static string? Kubeconfig => Environment.GetEnvironmentVariable(KubeconfigVariable) is { Length: > 0 } path ? path : null;

    // The last colon: a registry may have a port.
    private static string[] Image => Environment.GetEnvironmentVariable(ImageVariable) is { } image && image.LastIndexOf(':') is > 0 and var colon ? [image[..colon], image[(colon + 1)..]] : [];

    private KubernetesTools Tools => _tools ?? throw new InvalidOperationException("There is no cluster.");

    public async ValueTask InitializeAsync()
    {
        if (_standIn is not null)
        {
            await _standIn.InitializeAsync();
        }

        if (SkipReason is null)
        {
            _tools = _standIn?.Tools ?? new(KubernetesTools.In(_folder, Kubeconfig!));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
        }
        else if (_tools is not null)
        {
            await _tools.KubectlAsync("delete", "namespace", Namespace, "--ignore-not-found", "--timeout=180s");
        }

        _folder.Dispose();
    }

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    internal string Write(string name, string text)
    {
        var path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs kubectl in the namespace; it must go well.</summary>
    internal Task<string> KubectlAsync(params string[] arguments) => Tools.KubectlAsync(["--namespace", Namespace, .. arguments]);

    /// <summary>Runs Helm in the namespace; it must go well.</summary>
    internal Task<string> HelmAsync(params string[] arguments) => Tools.HelmAsync(["--namespace", Namespace, .. arguments]);

    /// <summary>Starts kubectl in the namespace.</summary>
    internal AmVizProcess Kubectl(params string[] arguments) => Tools.Kubectl(["--namespace", Namespace, .. arguments]);

    /// <summary>Types a command of the documentation, whose namespace is <c>amviz</c>, in a shell in the folder of <see cref="Write"/>; it must end with <paramref name="code"/>.</summary>
    internal Task<string> TypeAsync(DocumentedCommand command, int code = 0)
        => Tools.ShellAsync(_folder.Path, command.Line.Replace("--namespace amviz", $"--namespace {Namespace}", StringComparison.Ordinal), code);

    /// <summary>Waits until the store of a release has so many pictures.</summary>
    internal Task UntilDrawnAsync(int pictures) => StandInCluster.UntilAsync($"drew {pictures} pictures", async () => await DrawnAsync() >= pictures);

    /// <summary>Pictures in the store of a release, as its coordinators see it.</summary>
    internal async Task<int> DrawnAsync()
    {
        // Asked while pods are exchanged, and then there may be none for a moment.
        using var asked = Kubectl("exec", "deploy/amviz-coordinators", "--", "bash", "-c", "find /data/amviz/results -name '*.png' 2>/dev/null | wc -l");
        return await asked.ExitCodeAsync() == 0 ? int.Parse(asked.Output, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Waits until no pod is left, and on the stand-in no process.</summary>
    internal Task UntilEmptyAsync()
        => StandInCluster.UntilAsync("ended every pod", async () => (await KubectlAsync("get", "pods", "--output", "name")).Trim().Length == 0 && (_standIn is null || _standIn.Processes().Length == 0));
}
