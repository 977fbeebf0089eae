using System.Text.Json;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>The networks of a <see cref="FakeApi"/>: takes uploads, and remembers what was sent.</summary>
/// <param name="name">What its store calls every network; null: what the client does.</param>
internal sealed class FakeNetworks(string? name = null)
{
    private CompletedUpload? _network;

    /// <summary>Files of which a part was sent.</summary>
    public List<string> Parts { get; } = [];

    /// <summary>SHA-256 of the weights that it has.</summary>
    public string? Digest => _network?.Files.Single(file => file.Name == "model.safetensors").Sha256;

    /// <summary>Whether the configuration that it has is another one.</summary>
    public bool Changed { get; set; }

    /// <summary>Answers a request; null: it is none about networks.</summary>
    public LoopbackResponse? Answer(LoopbackRequest request)
    {
        const string Uploads = "/api/v1/uploads";
        const string Upload = $"{Uploads}/20261129T000000-0123456789abcdef";
        if (request.Path.StartsWith("/api/v1/networks/", StringComparison.Ordinal))
        {
            return Digest is { } digest && request.Path.EndsWith(digest, StringComparison.Ordinal) ? FakeApi.Json(new NetworkInStore(name ?? _network!.Model, digest, Stored())) : FakeApi.Problem(404, "unknown-network", "There is none.");
        }

        if (request.Path.StartsWith($"{Upload}/files/", StringComparison.Ordinal))
        {
            Parts.Add(request.Path[$"{Upload}/files/".Length..].Split('?')[0]);
            return new(204, []);
        }

        if (request.Path == $"{Upload}/complete")
        {
            _network = JsonSerializer.Deserialize<CompletedUpload>(request.Body, SweepJson.Compact);
            return FakeApi.Json(new KnownNetwork(name ?? _network!.Model, Digest!, NetworkPlace.Store));
        }

        return request.Path == Uploads ? FakeApi.Json(new BegunUpload(Upload.Split('/')[^1])) : null;
    }

    private NetworkFile[] Stored() => [.. _network!.Files.Select(file => Changed && file.Name == "config.json" ? file with { Sha256 = new('0', 64) } : file)];
}
