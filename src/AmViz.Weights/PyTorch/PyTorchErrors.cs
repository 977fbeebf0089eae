namespace AmViz.Weights;

/// <summary>What is said of PyTorch files that cannot be used.</summary>
internal static class PyTorchErrors
{
    private const string ToStateDict = "python -c \"import torch; torch.save(torch.load('FILE', map_location='cpu')['KEY'], 'weights.pth')\"";

    public static WeightsFormatException Damaged(string file, string problem)
        => new($"{file}: {problem}. The file is damaged or not one that torch.save wrote; get it again from its source.");

    /// <summary>A pickle that wants something done which tensors do not need.</summary>
    public static WeightsFormatException Refused(string file, string what)
        => new($"{file}: its pickle {what}, which a state dict of tensors does not need. Nothing was run. If you trust the file, save the tensors "
            + $"alone where it came from, for instance {ToStateDict} with the key under which they lie, or without ['KEY'] if they lie on top.");

    /// <summary>A pickle of objects in which no tensor was found.</summary>
    public static WeightsFormatException Refused(string file, IReadOnlyList<string> names)
        => Refused(file, $"uses {string.Join(", ", names.Select(name => $"'{ErrorText.Shorten(name)}'"))} and holds no tensor outside of such objects (is it a whole module instead of its state dict?)");

    public static WeightsFormatException OtherByteOrder(string file)
        => new($"{file}: its numbers are not little-endian. Load and save it with PyTorch on the machine where it will be used.");

    /// <summary>A tar file; PyTorch 0.1.9 and before saved as one.</summary>
    public static WeightsFormatException Tar(string file, bool isOfTorch)
        => new(isOfTorch
            ? $"{file}: is in the tar format of torch.save before PyTorch 0.1.10, which is not read here. If you trust the file, convert it where any PyTorch is: "
                + "python -c \"import torch; torch.save(torch.load('FILE', map_location='cpu', weights_only=False), 'weights.pth')\"."
            : $"{file}: is a tar archive, not weights (a checkpoint called .pth.tar seldom is one). Unpack it, and name the weights file inside.");
}
