using AmViz.Cluster.Http;
using AmViz.Models;
using AmViz.Networks;

namespace AmViz.Cli.Clusters;

/// <summary>Gives networks of this machine to a cluster by its API; what the cluster's store has is not sent.</summary>
/// <param name="connection">Which API, as whom.</param>
/// <param name="time">The clock.</param>
internal sealed class NetworkSender(ApiConnection connection, TimeProvider time)
{
    private const string Admin = "admin";

    /// <summary>Sends a network, unless it is there.</summary>
    /// <param name="source">The network.</param>
    /// <param name="again">Send it even so: what is damaged there is mended.</param>
    /// <param name="display">Shows how far it is.</param>
    /// <param name="cancellationToken">Gives up; sending it again goes on.</param>
    /// <returns>Null if the network is inside every program of this version.</returns>
    /// <exception cref="UsageException">The cluster has these weights with another configuration, or takes no such network from who asks.</exception>
    /// <exception cref="RequestRefusedException">The cluster does not take it.</exception>
    public async Task<SentNetwork?> SendAsync(NetworkSource source, bool again, ITransferDisplay display, CancellationToken cancellationToken)
    {
        if (await NetworkPublisher.DescribeAsync(source, cancellationToken) is not { } described)
        {
            return null;
        }

        var offered = Offer(described);
        using var client = new HttpNetworkClient(connection, time);
        var there = await client.FindAsync(offered.WeightsDigest, cancellationToken);
        if (there is not null && !offered.IsSame(there))
        {
            throw new UsageException($"The store of {connection.Address} has the weights {offered.WeightsDigest} of '{there.Model}' with another configuration; different are {Differing(offered, there)}. Use the folder they were pushed from.");
        }

        if (there is not null && !again)
        {
            return new(there.Model, offered.WeightsDigest, offered.Files, IsThere: true);
        }

        await RequireAdminForProgramsAsync(source.Description, cancellationToken);
        var uploader = new NetworkUploader(client, UploadNotes.OfThisProcess(connection.Address));
        var uploaded = await display.ShowAsync(progress => uploader.SendAsync(
            offered, file => File.OpenRead(described.PathOf(file.Name)), new Relay(progress), cancellationToken));
        return new(uploaded.Model, offered.WeightsDigest, offered.Files, IsThere: there is not null) { Sent = uploaded.Sent, Resumed = uploaded.Resumed };
    }

    private static OfferedNetwork Offer(PublishableNetwork described)
    {
        var network = described.Network;
        return network.Weights.Contains('/', StringComparison.Ordinal)
            ? throw new UsageException($"'{network.Model}' has files beside its folder: {string.Join(", ", network.Files.Where(file => !file.Name.StartsWith($"{network.Weights.Split('/')[0]}/", StringComparison.Ordinal)).Select(file => file.Name))}. A network is sent as one folder; put them into it, and name them so in its {WeightsFolder.ConfigFileName}.")
            : new(network.Model, network.WeightsDigest, network.CheckpointKey, [.. network.Files.Select(file => new NetworkFile(file.Name, file.Bytes, file.Sha256))]);
    }

    private static string Differing(OfferedNetwork offered, NetworkInStore there)
        => string.Join(", ", offered.Files.Where(file => there.Files.All(stored => stored.Sha256 != file.Sha256)).Select(file => file.Name).DefaultIfEmpty("fewer files"));

    /// <summary>The cluster says it too, but only when all of it has come.</summary>
    private async Task RequireAdminForProgramsAsync(NetworkDescription network, CancellationToken cancellationToken)
    {
        if (network.IsProgram)
        {
            await using var client = new HttpSweepClient(connection, time);
            var owner = await client.OwnerAsync(cancellationToken);
            if (owner.Role != Admin)
            {
                throw new UsageException($"'{network.Name}' is a TorchScript program, and devices run a program as it is: only a key of the role {Admin} may send one to {connection.Address}; '{owner.Name}' has the role {owner.Role}. Nothing was sent. Have an admin send it, then name it by --model or --digest.");
            }
        }
    }

    private sealed class Relay(IProgress<DownloadProgress> display) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => display.Report(new(value.File, value.Bytes, value.Total));
    }
}

/// <summary>A network that a cluster has now.</summary>
/// <param name="Model">Its name there: as by whoever sent it first.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Files">What it is made of.</param>
/// <param name="IsThere">Whether it was there before.</param>
internal sealed record SentNetwork(string Model, string WeightsDigest, IReadOnlyList<NetworkFile> Files, bool IsThere)
{
    /// <summary>Bytes that were sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes that had come by an upload that was cut off.</summary>
    public long Resumed { get; init; }
}
