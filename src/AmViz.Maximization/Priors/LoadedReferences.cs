using AmViz.Imaging;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The photographs of the recipe that a device draws by: read once, and shown to a network once.</summary>
/// <param name="photographs">Where they come from.</param>
internal sealed class LoadedReferences(IReferencePhotographs photographs) : IDisposable
{
    private (string Recipe, IReadOnlyList<byte[]> Files)? _read;
    private (string Recipe, INetwork Network, ReferenceImages Images)? _shown;

    /// <summary>Reads the files that a recipe names. Not on the device's thread: the store may be slow.</summary>
    /// <exception cref="DeviceFaultException">One cannot be had here, or is not what the recipe names.</exception>
    public async Task ReadAsync(RenderRecipe recipe, CancellationToken cancellationToken)
    {
        if (recipe.Prior?.Photographs is { } wanted && _read?.Recipe != recipe.Hash)
        {
            var files = new List<byte[]>();
            foreach (var digest in wanted)
            {
                files.Add(await ReadAsync(digest, cancellationToken));
            }

            _read = (recipe.Hash, files);
        }
    }

    /// <summary>The photographs as a network sees them; null if the recipe names none. On the device's thread.</summary>
    /// <exception cref="DeviceFaultException">One is no picture.</exception>
    public ReferenceImages? For(RenderRecipe recipe, INetwork network)
    {
        if (recipe.Prior?.Photographs is null)
        {
            return null;
        }

        if (_shown is not { } shown || shown.Recipe != recipe.Hash || shown.Network != network)
        {
            Forget();
            _shown = (recipe.Hash, network, new(network, ToImages(_read!.Value.Files, network, recipe)));
        }

        return _shown.Value.Images;
    }

    /// <summary>Frees what a network made of photographs.</summary>
    public void Forget()
    {
        _shown?.Images.Dispose();
        _shown = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private async Task<byte[]> ReadAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return (await photographs.ReadAsync(digest, cancellationToken))?.ToArray() ?? throw Missing(digest, "it is not there", null);
        }
        catch (Exception e) when (e is not (OperationCanceledException or DeviceFaultException))
        {
            throw Missing(digest, e.Message.TrimEnd('.'), e);
        }
    }

    private static DeviceFaultException Missing(string digest, string why, Exception? inner)
        => new($"The photograph {digest} that the recipe names cannot be had here: {why}. Expected it in the store, where 'amviz run' and 'amviz sweep submit' put what --photos names.", inner!)
        {
            Scope = DeviceFaultScope.Layer,
        };

    private static Tensor ToImages(IReadOnlyList<byte[]> files, INetwork network, RenderRecipe recipe)
    {
        var sized = network.Description with { InputSize = recipe.Size };
        try
        {
            using var scope = NewDisposeScope();
            return NetworkInput.ToImages([.. files.Select((file, n) => NetworkInput.Read(file, recipe.Prior!.Photographs![n], sized).Picture)], sized, network.Device).DetachFromDisposeScope();
        }
        catch (ImagingException e)
        {
            throw new DeviceFaultException($"A photograph that the recipe names is no picture: {e.Message}", e) { Scope = DeviceFaultScope.Layer };
        }
    }
}
