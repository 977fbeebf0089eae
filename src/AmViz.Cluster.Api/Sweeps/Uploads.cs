using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Uploads of networks, within bounds: so many at once, so large, for a day. One is completed at a time, since its files then lie on this machine.</summary>
/// <param name="uploads">Keeps the parts.</param>
/// <param name="planner">Reads the network.</param>
/// <param name="limits">How large it may be.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what is removed.</param>
internal sealed partial class Uploads(NetworkUploads uploads, ISweepPlanner planner, ApiLimits limits, TimeProvider time, ILogger<Uploads> log) : BackgroundService
{
    /// <summary>Uploads that may be open at once.</summary>
    public const int MostOpen = 32;

    /// <summary>How long one may stay open.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Parts that are in the memory of a coordinator at once, three times 8 MiB each at most while they are read.</summary>
    public const int PartsAtOnce = 4;

    private const int BusySeconds = 10;

    // A part is read and stored by then, or its client is too slow for the others to wait.
    private static readonly TimeSpan PartPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan CleaningInterval = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _parts = new(PartsAtOnce);

    /// <summary>Begins one.</summary>
    public async Task<string> BeginAsync(CancellationToken cancellationToken)
        => (await uploads.ListAsync(cancellationToken)).Count < MostOpen
            ? await uploads.BeginAsync(cancellationToken)
            : throw new ProblemException(new(
                StatusCodes.Status409Conflict, "too-many-uploads", "There are too many uploads",
                FormattableString.Invariant($"{MostOpen} uploads are open. Complete or delete one; those that were begun a day ago are removed.")));

    /// <summary>Waits until there is memory for another part.</summary>
    /// <returns>To be disposed of when the part is stored.</returns>
    /// <exception cref="ProblemException">There is none for long.</exception>
    public async Task<IDisposable> PartTurnAsync(CancellationToken cancellationToken)
        => await _parts.WaitAsync(PartPatience, cancellationToken)
            ? new PartTurn(_parts)
            : throw new ProblemException(Problem.Away("upload-busy", "Too many parts are coming", FormattableString.Invariant($"This coordinator takes {PartsAtOnce} parts at a time. Try again in a moment."), BusySeconds));

    /// <summary>What has come of an upload.</summary>
    public async Task<IReadOnlyList<UploadedFile>> FilesAsync(string upload, CancellationToken cancellationToken)
    {
        await RequireOpenAsync(upload, cancellationToken);
        return await uploads.FilesAsync(upload, cancellationToken);
    }

    /// <summary>Keeps a part whose digest is right.</summary>
    public async Task AddAsync(string upload, string file, long offset, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        await RequireOpenAsync(upload, cancellationToken);
        if (!NetworkUploads.IsFileName(file))
        {
            throw new ProblemException(Problem.NotFound("address", $"'{ErrorWords.Shorten(file)}' is no place of a file. Expected a short path below the network's folder, such as weights/model.safetensors."));
        }

        if (part.Length == 0)
        {
            throw new ProblemException(Problem.Malformed($"The part of '{ErrorWords.Shorten(file)}' is empty. Expected at least a byte; a file that is empty needs no part."));
        }

        // Parts that come at the same moment may go past the bound together, by a few parts; what is completed does not.
        var bytes = (await uploads.FilesAsync(upload, cancellationToken)).Sum(one => one.Bytes);
        bytes += await uploads.HasPartAsync(upload, file, offset, cancellationToken) ? 0 : part.Length;
        if (bytes > limits.MostNetworkBytes || offset > limits.MostNetworkBytes)
        {
            throw TooLarge(bytes);
        }

        if (!await uploads.AddAsync(upload, file, offset, part, cancellationToken))
        {
            throw new ProblemException(new(
                StatusCodes.Status409Conflict, "other-part", "There is another part", $"Another part of '{ErrorWords.Shorten(file)}' was sent for the byte {offset}. Has the file changed? Delete the upload and begin again."));
        }
    }

    /// <summary>Completes an upload.</summary>
    /// <param name="upload">Which.</param>
    /// <param name="wanted">What it is to be.</param>
    /// <param name="programs">Whether it may be a program.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<KnownNetwork> CompleteAsync(string upload, UploadCompletion wanted, bool programs, CancellationToken cancellationToken)
    {
        await RequireOpenAsync(upload, cancellationToken);
        RequireWhole(wanted, await uploads.FilesAsync(upload, cancellationToken));
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new ProblemException(Problem.Away("upload-busy", "Another upload is being completed", "This coordinator completes one upload at a time. Try again in a moment.", BusySeconds));
        }

        try
        {
            return await CompleteInTurnAsync(upload, wanted, programs, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives one up.</summary>
    public async Task RemoveAsync(string upload, CancellationToken cancellationToken)
    {
        await RequireOpenAsync(upload, cancellationToken);
        await uploads.RemoveAsync(upload, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        _parts.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CleaningInterval, time);
        do
        {
            try
            {
                if (await uploads.RemoveAbandonedAsync(Longest, stoppingToken) is var removed and > 0)
                {
                    LogRemoved(removed);
                }
            }
            catch (Exception e) when (e is StorageException or StoreUnreachableException)
            {
                LogNotRemoved(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<KnownNetwork> CompleteInTurnAsync(string upload, UploadCompletion wanted, bool programs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("amviz-upload-");
        try
        {
            var network = await PublishAsync(upload, wanted, programs, folder.FullName, cancellationToken);
            await uploads.RemoveAsync(upload, cancellationToken);
            return network;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<KnownNetwork> PublishAsync(string upload, UploadCompletion wanted, bool programs, string folder, CancellationToken cancellationToken)
    {
        foreach (var file in wanted.Files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var target = File.Create(path);
            if (await uploads.CopyAsync(upload, file.Name, target, cancellationToken) is var found && !found.Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new ProblemException(Problem.Unprocessable(
                    "other-digest", "A file is not what its digest says", $"'{file.Name}' has SHA-256 {found}; expected {ErrorWords.Shorten(file.Sha256)}. Delete the upload and send it again."));
            }
        }

        var published = await planner.PublishAsync(folder, wanted.Model, wanted.CheckpointKey, programs, cancellationToken);
        return published.Network ?? throw new ProblemException(Problem.Unprocessable("no-network", "The files are no network", published.Problem!.Replace(folder, wanted.Model, StringComparison.Ordinal)));
    }

    private void RequireWhole(UploadCompletion wanted, IReadOnlyList<UploadedFile> there)
    {
        if (there.Sum(file => file.Bytes) is var bytes && bytes > limits.MostNetworkBytes)
        {
            throw TooLarge(bytes);
        }

        foreach (var file in wanted.Files)
        {
            var (whole, came) = there.FirstOrDefault(one => one.Name == file.Name) is { } found ? (found.Whole, found.Bytes) : (0, 0);
            if (whole != file.Bytes || came != file.Bytes)
            {
                throw new ProblemException(new(
                    StatusCodes.Status409Conflict, "upload-incomplete", "The upload is not complete",
                    string.Create(CultureInfo.InvariantCulture, $"Of '{file.Name}' {whole} bytes came without a gap, and {came} in all; expected {file.Bytes}. 'GET /api/v1/uploads/ID' tells where to go on.")));
            }
        }
    }

    private ProblemException TooLarge(long bytes) => new(new(
        StatusCodes.Status413PayloadTooLarge, "too-large", "The network is too large",
        string.Create(CultureInfo.InvariantCulture, $"The upload has {bytes} bytes. At most {limits.MostNetworkBytes} are taken over HTTP; push larger networks with 'amviz models push' where the store is in reach.")));

    private async Task RequireOpenAsync(string upload, CancellationToken cancellationToken)
    {
        if (!await uploads.IsOpenAsync(upload, cancellationToken))
        {
            throw new ProblemException(Problem.NotFound("upload", $"There is no upload '{ErrorWords.Shorten(upload)}': it was completed, deleted, or begun more than a day ago. 'POST /api/v1/uploads' begins one."));
        }
    }

    /// <summary>The memory of one part.</summary>
    private sealed class PartTurn(SemaphoreSlim parts) : IDisposable
    {
        public void Dispose() => parts.Release();
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} uploads of networks that were begun a day ago and not completed were removed.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(2, LogLevel.Warning, "Uploads that were not completed could not be removed; it will be tried again.")]
    private partial void LogNotRemoved(Exception exception);
}
