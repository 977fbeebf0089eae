using System.Globalization;
using System.Text;
using System.Xml;
using AmViz.Imaging;

namespace AmViz.Atlas.Sheets;

/// <summary>A sheet as an SVG (1.1): one file, which holds its pictures, asks nobody for anything and does nothing.</summary>
internal static class SvgSheet
{
    private const string Svg = "http://www.w3.org/2000/svg";
    private const string XLink = "http://www.w3.org/1999/xlink";

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n" };

    /// <summary>Writes a page, a pixel a unit.</summary>
    public static byte[] Encode(SheetPage page, string title)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, Settings))
        {
            writer.WriteStartElement("svg", Svg);
            writer.WriteAttributeString("xmlns", "xlink", ns: null, XLink);
            Write(writer, ("width", page.Width), ("height", page.Height), ("viewBox", FormattableString.Invariant($"0 0 {page.Width} {page.Height}")), ("font-family", SheetFont.Families), ("fill", SheetColours.Ink));
            writer.WriteElementString("title", Svg, title);
            Rectangle(writer, 0, 0, page.Width, page.Height, ("fill", "#ffffff"));
            foreach (var cell in page.Cells)
            {
                Cell(writer, cell);
            }

            foreach (var text in page.Texts)
            {
                Text(writer, text);
            }

            writer.WriteEndElement();
        }

        return stream.ToArray();
    }

    private static void Cell(XmlWriter writer, PlacedCell cell)
    {
        writer.WriteStartElement("g", Svg);
        writer.WriteElementString("title", Svg, cell.Description);
        if (cell.Picture is { } picture)
        {
            Image(writer, cell, picture);
        }
        else
        {
            Rectangle(writer, cell.X + 0.5, cell.Y + 0.5, cell.Side - 1, cell.Side - 1, ("fill", SheetColours.Ground), ("stroke", SheetColours.Edge));
        }

        writer.WriteEndElement();
    }

    // Enlarged pixels stay squares; a picture that is shown smaller than it is keeps all of its pixels, for print.
    private static void Image(XmlWriter writer, PlacedCell cell, Picture picture)
    {
        writer.WriteStartElement("image", Svg);
        Write(writer, ("x", cell.X), ("y", cell.Y), ("width", cell.Side), ("height", cell.Side));
        if (picture.Width < cell.Side)
        {
            writer.WriteAttributeString("style", "image-rendering:pixelated");
        }

        writer.WriteStartAttribute("xlink", "href", XLink);
        writer.WriteString("data:image/png;base64,");
        var png = PngCodec.Encode(picture);
        writer.WriteBase64(png, 0, png.Length);
        writer.WriteEndAttribute();
        writer.WriteEndElement();
    }

    private static void Text(XmlWriter writer, SheetText text)
    {
        writer.WriteStartElement("text", Svg);
        Write(writer, ("x", text.X), ("y", text.Y), ("font-size", Math.Round(text.Size, 2)));
        if (text.Side is not TextSide.Start)
        {
            writer.WriteAttributeString("text-anchor", text.Side is TextSide.Middle ? "middle" : "end");
        }

        writer.WriteString(text.Text);
        writer.WriteEndElement();
    }

    private static void Rectangle(XmlWriter writer, double x, double y, double width, double height, params (string Name, object Value)[] colours)
    {
        writer.WriteStartElement("rect", Svg);
        Write(writer, [("x", x), ("y", y), ("width", width), ("height", height), .. colours]);
        writer.WriteEndElement();
    }

    private static void Write(XmlWriter writer, params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            writer.WriteAttributeString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }
}
