using System.Buffers.Binary;
using System.Text;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Public weights by name, from a server on this machine that stands in place of the publisher's.</summary>
public sealed class PullTests(CommandProcesses commands) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatIsPulledIsKnownByName()
    {
        var weights = FirstLayerOfMobileNet();
        await using var server = new LoopbackServer(request =>
            request.Path.EndsWith("/mobilenet/mobilenet_1_0_224_tf.h5", StringComparison.Ordinal) ? LoopbackServer.File(request, weights, "\"a\"") : new(404, []));

        var pulled = await RunAsync(server, "models", "pull", "mobilenet_v1", "--json");
        Assert.True(pulled.Code == 0, pulled.Error);
        var report = pulled.Json[0];
        Assert.Equal(weights.Length, report.GetProperty("fetched").GetInt64());
        Assert.Contains("first use is trusted", report.GetProperty("checkedAgainst").GetString(), StringComparison.Ordinal);
        Assert.Contains("class names could not be fetched", report.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);

        var shown = await RunAsync(server, "models", "show", "mobilenet_v1", "--json");
        Assert.Equal("conv1", shown.Json.GetProperty("layers")[0].GetProperty("name").GetString());
        var listed = await RunAsync(server, "models", "--json");
        Assert.Contains("mobilenet_v1", listed.Output, StringComparison.Ordinal);

        var again = await RunAsync(server, "models", "pull", "mobilenet_v1");
        Assert.Contains("mobilenet_v1: already here", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeReachedIsToldByTheExitCode()
    {
        await using var server = new LoopbackServer(_ => new(404, []));

        var refused = await RunAsync(server, "models", "pull", "resnet50v2");
        Assert.Equal(5, refused.Code);
        Assert.Contains("answered 404", refused.Error, StringComparison.Ordinal);

        var unknown = await RunAsync(server, "models", "pull", "resnet50");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("Did you mean 'resnet50v2'", unknown.Error, StringComparison.Ordinal);
    }

    private Task<CommandAnswer> RunAsync(LoopbackServer server, params string[] arguments)
        => commands.RunAsync(_folder.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["AMVIZ_KERAS_MIRROR"] = server.Address.AbsoluteUri, ["AMVIZ_CACHE"] = _folder.At("cache") }, arguments);

    // What the file is, its first bytes tell; so the smallest stands in for the real one.
    private static byte[] FirstLayerOfMobileNet()
    {
        (string Name, string Shape, int Count)[] tensors =
            [("conv1.weight", "[32,3,3,3]", 864), ("conv1_bn.weight", "[32]", 32), ("conv1_bn.bias", "[32]", 32), ("conv1_bn.running_mean", "[32]", 32), ("conv1_bn.running_var", "[32]", 32)];
        var entries = new List<string>();
        var place = 0;
        foreach (var (name, shape, count) in tensors)
        {
            entries.Add($$"""
                "{{name}}":{"dtype":"F32","shape":{{shape}},"data_offsets":[{{place}},{{place + (4 * count)}}]}
                """);
            place += 4 * count;
        }

        var header = Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}");
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. new byte[place]];
    }
}
