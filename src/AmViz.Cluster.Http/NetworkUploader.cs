using System.Net;

namespace AmViz.Cluster.Http;

/// <summary>Sends a network to a cluster in parts, one after the other. What came of an upload that was cut off is not sent again.</summary>
/// <param name="client">The way there.</param>
/// <param name="notes">Uploads that are under way.</param>
public sealed class NetworkUploader(HttpNetworkClient client, IUploadNotes notes)
{
    // Both say that the upload, or parts of it that had come, are gone.
    private static readonly string[] Vanished = ["unknown-upload", "upload-incomplete"];

    /// <summary>Sends it. The cluster checks every part, every file, and that it is a network.</summary>
    /// <param name="network">What is sent.</param>
    /// <param name="open">Opens one of its files; the stream can seek.</param>
    /// <param name="progress">Told of every part that has come; null: nobody is interested.</param>
    /// <param name="cancellationToken">Gives up; sending it again goes on.</param>
    /// <exception cref="ClusterUnreachableException">Patience is over; sending it again goes on.</exception>
    /// <exception cref="RequestRefusedException">The cluster does not take it; what came of it is removed.</exception>
    public async Task<UploadedNetwork> SendAsync(OfferedNetwork network, Func<NetworkFile, Stream> open, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        try
        {
            return await TrySendAsync(network, open, progress, tally, cancellationToken);
        }
        catch (RequestRefusedException e) when (HasVanished(e))
        {
            // Another process that went on with the same upload has completed it or was refused, or the answer to the last request was lost.
            if (await client.FindAsync(network.WeightsDigest, cancellationToken) is { } there && network.IsSame(there))
            {
                return new(there.Model, tally.Sent, tally.Resumed);
            }

            return await TrySendAsync(network, open, progress, tally, cancellationToken);
        }
    }

    private static bool HasVanished(RequestRefusedException e) => Vanished.Contains(e.Kind, StringComparer.Ordinal);

    private async Task<UploadedNetwork> TrySendAsync(
        OfferedNetwork network, Func<NetworkFile, Stream> open, IProgress<UploadProgress>? progress, Tally tally, CancellationToken cancellationToken)
    {
        var (upload, arrived) = await GoOnAsync(network, cancellationToken);
        tally.Resumed = arrived.Sum(file => file.Whole);
        try
        {
            foreach (var file in network.Files)
            {
                await SendAsync(upload, file, WholeOf(file, arrived), open, progress, tally, cancellationToken);
            }

            var name = await CompleteAsync(upload, network, cancellationToken);
            notes.Remove(network.Fingerprint);
            return new(name, tally.Sent, tally.Resumed);
        }
        catch (RequestRefusedException e) when (e.Status is not ((int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden))
        {
            // Sent again it would be refused again; with another key it may go on.
            await GiveUpAsync(upload, network, cancellationToken);
            throw;
        }
    }

    private static long WholeOf(NetworkFile file, IReadOnlyList<ArrivedFile> arrived) => arrived.FirstOrDefault(one => one.Name == file.Name)?.Whole ?? 0;

    /// <summary>The upload that was begun, and what came of it; a new one where there is none.</summary>
    private async Task<(string Upload, IReadOnlyList<ArrivedFile> Arrived)> GoOnAsync(OfferedNetwork network, CancellationToken cancellationToken)
    {
        if (notes.Find(network.Fingerprint) is { } begun && await client.ArrivedAsync(begun, cancellationToken) is { } arrived)
        {
            return (begun, arrived);
        }

        var upload = await client.BeginAsync(cancellationToken);
        notes.Put(network.Fingerprint, upload);
        return (upload, []);
    }

    private async Task SendAsync(
        string upload, NetworkFile file, long whole, Func<NetworkFile, Stream> open, IProgress<UploadProgress>? progress, Tally tally, CancellationToken cancellationToken)
    {
        progress?.Report(new(file.Name, whole, file.Bytes));
        await using var stream = open(file);
        stream.Seek(whole, SeekOrigin.Begin);
        var part = new byte[Math.Min(HttpNetworkClient.LongestPart, Math.Max(file.Bytes - whole, 0))];
        var offset = whole;
        while (offset < file.Bytes)
        {
            var rest = part.AsMemory(0, (int)Math.Min(part.Length, file.Bytes - offset));
            if (await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken) < rest.Length)
            {
                throw new EndOfStreamException(FormattableString.Invariant($"'{file.Name}' ended early; it had {file.Bytes} bytes when it was hashed. Do not write to weights that are being sent; send them again."));
            }

            await client.PutAsync(upload, file.Name, offset, rest, cancellationToken);
            offset += rest.Length;
            tally.Sent += rest.Length;
            progress?.Report(new(file.Name, offset, file.Bytes));
        }
    }

    private async Task<string> CompleteAsync(string upload, OfferedNetwork network, CancellationToken cancellationToken)
    {
        var known = await client.CompleteAsync(upload, new(network.Model, network.Files, network.CheckpointKey), cancellationToken);
        return known.WeightsDigest == network.WeightsDigest
            ? known.Name
            : throw new RequestRefusedException((int)HttpStatusCode.OK, null, $"The cluster reads the network '{network.Model}' as {known.WeightsDigest}; on this machine it is {network.WeightsDigest}. Is it the API of a coordinator of the same version?");
    }

    private async Task GiveUpAsync(string upload, OfferedNetwork network, CancellationToken cancellationToken)
    {
        notes.Remove(network.Fingerprint);
        try
        {
            await client.RemoveAsync(upload, cancellationToken);
        }
        catch (Exception e) when (e is RequestRefusedException or ClusterUnreachableException)
        {
            // It is gone, or the cluster removes it after a day; why it was refused is what counts.
        }
    }

    /// <summary>What was sent so far, over two uploads where the first vanished.</summary>
    private sealed class Tally
    {
        public long Sent { get; set; }

        public long Resumed { get; set; }
    }
}

/// <summary>A network that was sent.</summary>
/// <param name="Model">Its name in the cluster's store.</param>
/// <param name="Sent">Bytes that were sent.</param>
/// <param name="Resumed">Bytes that had come before.</param>
public sealed record UploadedNetwork(string Model, long Sent, long Resumed);

/// <summary>How far an upload is.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Bytes">Bytes of it that have come.</param>
/// <param name="Total">Bytes that it has.</param>
public sealed record UploadProgress(string File, long Bytes, long Total);
