using System.Net;
using System.Net.Sockets;
using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Client.Tests;

public sealed class ClusterClientTests
{
    [Fact]
    public async Task ARedisThatIsNotThereIsNamedWithWhatToDo()
    {
        Assert.True(RedisAddress.TryParse($"redis://127.0.0.1:{UnusedPort()}", out var nowhere, out _));

        var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => ClusterClient.ConnectAsync(
            new(nowhere) { ClusterId = "lost" }, TimeSpan.Zero, logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Contains($"The cluster 'lost' at {nowhere} is out of reach", error.Message, StringComparison.Ordinal);
        Assert.Contains("Redis cannot be connected to.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Is Redis running there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AClientCarriesNeitherTorchNorGrainsNorAWebServer()
    {
        // What the compiler was given, not what happens to be loaded: assemblies of the closure lie beside this test.
        var beside = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileNameWithoutExtension).ToArray();

        Assert.Contains("AmViz.Cluster.Client", beside);
        Assert.DoesNotContain("TorchSharp", beside);
        Assert.DoesNotContain("AmViz.Cluster.Grains", beside);
        // What a connection is, Orleans says with a word of ASP.NET Core's; nothing that serves comes with it.
        Assert.Equal(
            ["Microsoft.AspNetCore.Connections.Abstractions"],
            typeof(ClusterClient).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)));
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
