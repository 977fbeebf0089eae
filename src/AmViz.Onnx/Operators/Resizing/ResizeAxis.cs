namespace AmViz.Onnx;

/// <summary>One axis that is stretched or shrunk, with all that its places depend on.</summary>
/// <param name="From">Length before, at least 1.</param>
/// <param name="To">Length after.</param>
/// <param name="Scale">Stretch that the file tells; null: it tells lengths, and the stretch is their exact quotient.</param>
/// <param name="Mode">ONNX's <c>coordinate_transformation_mode</c>.</param>
/// <param name="Start">First place of the cut, 0 to 1 over the axis; for <c>tf_crop_and_resize</c> only.</param>
/// <param name="End">Last place of the cut.</param>
internal sealed record ResizeAxis(long From, long To, float? Scale, string Mode, double Start = 0, double End = 1)
{
    /// <summary>The mode that cuts a piece out; what lies outside of the axis then has a value of its own.</summary>
    public const string Crop = "tf_crop_and_resize";

    /// <summary>Names of all modes.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn", Crop];

    /// <summary>Length after, divided by that before.</summary>
    public double Stretch => Scale ?? (double)To / From;

    /// <summary>Whether every place stays where it is.</summary>
    public bool ChangesNothing => To == From && Stretch == 1 && Mode is not ("tf_half_pixel_for_nn" or Crop);

    // The length that a stretch leads to, before it is rounded down.
    private double Target => Scale is { } scale ? (double)scale * From : To;

    /// <summary>Where the element <paramref name="to"/> of the result lies in the axis as it was.</summary>
    public double Place(long to) => Mode switch
    {
        "half_pixel" => Back(to + 0.5) - 0.5,
        "half_pixel_symmetric" => (From / 2.0 * (1 - (To / Target))) + Back(to + 0.5) - 0.5,
        "pytorch_half_pixel" => To > 1 ? Back(to + 0.5) - 0.5 : 0,
        "align_corners" => To > 1 ? to * (From - 1) / (Target - 1) : 0,
        "asymmetric" => Back(to),
        "tf_half_pixel_for_nn" => Back(to + 0.5),
        _ => To > 1 ? (Start * (From - 1)) + (to * (End - Start) * (From - 1) / (Target - 1)) : 0.5 * (Start + End) * (From - 1),
    };

    /// <summary>Whether an element of the result lies outside of the axis, where there is nothing to read.</summary>
    public bool IsOutside(long to) => Mode == Crop && (Place(to) < 0 || Place(to) > From - 1);

    // A stretch is stored as float32, and exporters and ONNX Runtime count with it as such: 11 / 1.1 is 10 then.
    private double Back(double place) => Scale is { } scale ? (float)place / scale : place * From / To;
}
