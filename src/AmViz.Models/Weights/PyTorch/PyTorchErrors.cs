namespace AmViz.Models;

/// <summary>What is said of PyTorch files that cannot be used.</summary>
internal static class PyTorchErrors
{
    private const string ToStateDict = "python -c \"import torch; torch.save(torch.load('FILE', map_location='cpu')['KEY'], 'weights.pth')\"";

    public static WeightsFormatException Damaged(string file, string problem) =>
        new($"{file}: {problem}. The file is damaged or not one that torch.save wrote; get it again from its source.");

    /// <summary>A pickle that wants something done which tensors do not need.</summary>
    public static WeightsFormatException Refused(string file, string what) =>
        new($"{file}: its pickle {what}, which a state dict of tensors does not need. Nothing was run. If you trust the file, save the tensors "
            + $"alone where it came from, for instance {ToStateDict} with the key under which they lie, or without ['KEY'] if they lie on top.");

    public static WeightsFormatException Legacy(string file) =>
        new($"{file}: is in the format of torch.save before PyTorch 1.6, which is not read here; expected the zip format. Convert it: "
            + "python -c \"import torch; torch.save(torch.load('FILE', map_location='cpu', weights_only=True), 'weights.pth')\".");
}
